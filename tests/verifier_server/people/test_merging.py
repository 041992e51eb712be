"""Two records that are one person: merged, parted again, and told to be two."""

import pytest
from sqlalchemy import select

from verifier_server.doses.rules import doses_of
from verifier_server.errors import FieldError
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.matching import candidates_of
from verifier_server.people.merging import apart_from, keep_apart, merge, merges_of, undo
from verifier_server.people.scoring import facts_of_person
from verifier_server.people.search import find_people
from verifier_server.people.tables import Person

from ..builders import NOW, a_pass, a_person, a_recorded_dose, an_account


@pytest.fixture
def by(storage):
    """A clerk's account."""
    with storage.writing() as session:
        return an_account(session)


@pytest.fixture
def two(storage):
    """One person as two records: dose 1 under a CMND, and "dose 1" again, two months later, under a CCCD."""
    with storage.writing() as session:
        old = a_person(session, id_number="287654321", phone="")
        new = a_person(session)
        a_recorded_dose(session, old, number=1, day="01/05/2021")
        a_recorded_dose(session, new, number=1, day="01/07/2021")
        return new.id, old.id


def numbers(session, person):
    return [(dose.number, dose.given_on.month) for dose in doses_of(session, person)]


def test_doses_papers_and_passes_come_together_and_go_apart_again(storage, desk, two, by):
    new, old = two
    of_old, of_new = a_pass(storage, desk, old), a_pass(storage, desk, new)
    with storage.writing() as session:
        done = merge(session, new, old, by=by, now=NOW)
        assert merge(session, new, old, by=by, now=NOW).id == done.id
        assert numbers(session, new) == [(1, 5), (2, 7)]
        assert [one.id for one in find_people(session, "287654321")] == [new]
        assert session.get(IssuedPass, of_old.id).person_id == new
        assert [one.id for one in merges_of(session, new)] == [done.id]
    both = a_pass(storage, desk, new)
    assert both.doses == 2
    with storage.writing() as session:
        for _press in range(2):
            undo(session, done.id, by=by, now=NOW)
        assert (numbers(session, new), numbers(session, old)) == ([(1, 7)], [(1, 5)])
        assert [one.id for one in find_people(session, "287654321")] == [old]
        passes = {one.id: one for one in session.scalars(select(IssuedPass))}
        assert (passes[of_old.id].person_id, passes[of_new.id].person_id) == (old, new)
        assert (passes[both.id].revoked_why, passes[of_new.id].revoked_at) == ("merge undone", None)
        assert session.get(Person, old).id_number == "287654321"
        assert merges_of(session, new) == []


def test_a_dose_that_both_have_counts_once(storage, two, by):
    new, old = two
    with storage.writing() as session:
        a_recorded_dose(session, session.get(Person, old), number=2, day="01/07/2021")
        done = merge(session, new, old, by=by, now=NOW)
        assert numbers(session, new) == [(1, 5), (2, 7)]
        undo(session, done.id, by=by, now=NOW)
        assert numbers(session, old) == [(1, 5), (2, 7)]


def test_a_dose_recorded_since_stays_with_the_record_that_was_kept(storage, two, by):
    new, old = two
    with storage.writing() as session:
        done = merge(session, new, old, by=by, now=NOW)
        a_recorded_dose(session, session.get(Person, new), number=3, day="20/07/2021")
        undo(session, done.id, by=by, now=NOW)
        assert (numbers(session, new), numbers(session, old)) == ([(1, 7), (3, 7)], [(1, 5)])


def test_a_number_that_the_kept_record_lacks_is_learned_and_given_back(storage, by):
    with storage.writing() as session:
        kept, gone = a_person(session, id_number="", phone=""), a_person(session)
        done = merge(session, kept.id, gone.id, by=by, now=NOW)
        assert (kept.id_number, kept.phone, gone.id_number) == ("001190000003", "+84912345678", None)
        undo(session, done.id, by=by, now=NOW)
        assert (kept.id_number, kept.phone, gone.id_number) == (None, None, "001190000003")


def test_what_is_merged_or_one_record_cannot_be_merged(storage, two, by):
    new, old = two
    with storage.writing() as session:
        third = a_person(session, name="Lê An", id_number="", phone="")
        merge(session, new, old, by=by, now=NOW)
        for pair, code in (
            ((new, new), "same_record"),
            ((third.id, old), "person_merged"),
            ((new, 4711), "unknown_person"),
        ):
            with pytest.raises(FieldError) as refused:
                merge(session, *pair, by=by, now=NOW)
            assert refused.value.code == code
        with pytest.raises(FieldError):
            undo(session, 4711, by=by, now=NOW)


def test_a_likely_duplicate_is_shown_until_a_clerk_says_that_it_is_none(storage, two, by):
    new, old = two
    with storage.writing() as session:
        [candidate] = candidates_of(session, facts_of_person(session.get(Person, new)), but=new)
        assert (candidate.person.id, candidate.score) == (old, 55)
        for _press in range(2):
            keep_apart(session, new, old, by=by, now=NOW)
        assert apart_from(session, new) == {old}
        assert apart_from(session, old) == {new}
