"""A struck dose's row number is never another dose's."""

import pytest

from verifier_server.doses.rules import doses_of
from verifier_server.doses.striking import strike_dose
from verifier_server.doses.tables import Dose
from verifier_server.doses.versions import Change, versions_of
from verifier_server.errors import FieldError

from ..builders import NOW, TODAY, a_person, a_recorded_dose, a_vaccinated_person


def a_change(**more):
    return Change(**{"version": 1, "reason": "wrong person", "by": None, "now": NOW, **more})


def test_the_number_of_a_struck_dose_is_not_given_again_and_the_next_can_be_struck_too(storage):
    with storage.writing() as session:
        first = a_recorded_dose(session, a_person(session))
    with storage.writing() as session:
        strike_dose(session, first.id, a_change())
    with storage.writing() as session:
        second = a_recorded_dose(session, a_person(session, id_number="001190000004"))
    assert second.id > first.id
    with pytest.raises(FieldError, match="struck meanwhile"), storage.writing() as session:
        strike_dose(session, first.id, a_change())  # a form that was opened before
    with storage.writing() as session:
        strike_dose(session, second.id, a_change())
        assert [len(versions_of(session, one.id)) for one in (first, second)] == [1, 1]


def test_many_doses_of_one_transaction_have_numbers_of_their_own_and_one_undone_takes_none(storage):
    def undone():
        with storage.writing() as session:
            a_vaccinated_person(session, doses=3)
            raise TimeoutError

    with pytest.raises(TimeoutError):
        undone()
    with storage.writing() as session:
        people = [a_vaccinated_person(session, doses=2, id_number=f"00119000000{n}") for n in range(3)]
        assert [len(doses_of(session, person.id)) for person in people] == [2, 2, 2]
        session.add_all(
            Dose(person_id=people[0].id, number=n, vaccine="AZ", given_on=TODAY, recorded_at=NOW) for n in (5, 6)
        )
        session.flush()
        assert len({dose.id for person in people for dose in doses_of(session, person.id)}) == 8
