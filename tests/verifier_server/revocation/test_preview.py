"""What a preview says is what then happens."""

import pytest
from sqlalchemy import select, update

from verifier_server.errors import FieldError
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation import selection as choosing
from verifier_server.revocation.preview import Count, preview
from verifier_server.revocation.selection import Period, Selection
from verifier_server.revocation.work import carry_out

from ..builders import DAY, NOW
from .builders import CLERK, a_site, decided, passes, people, revoked


@pytest.fixture
def register(storage, desk, accounts):
    """Two forms, three sites, two clerks' work, one superseded pass, one expired."""
    hanoi, saigon = a_site(storage, "Trạm A", "01"), a_site(storage, "Trạm B", "79")
    somewhere = a_site(storage, "Trạm C")
    persons = people(storage, 6)
    by = accounts[CLERK]
    passes(storage, desk, persons[:3], site_id=hanoi, by=by)
    passes(storage, desk, persons[:2], "travel", site_id=hanoi)
    passes(storage, desk, persons[3:5], site_id=saigon, by=by, now=NOW + DAY)
    passes(storage, desk, persons[5:], site_id=somewhere, now=NOW + 2 * DAY)
    passes(storage, desk, persons[5:], "travel", now=NOW + 2 * DAY)
    with storage.writing() as session:
        rows = session.scalars(select(IssuedPass).order_by(IssuedPass.id)).all()
        rows[0].superseded_by = rows[1].id
        rows[1].expires_at = NOW + 1
    return persons


def everything(storage, store, accounts, persons):
    """One selection of each kind."""
    with storage.reading() as session:
        first = session.scalar(select(IssuedPass).order_by(IssuedPass.id).limit(1))
        return [
            choosing.of_key(session, store, first.kid),
            choosing.of_pass(session, first.serial),
            choosing.of_person(session, persons[0]),
            choosing.of_site(session, " trạm  a", Period(NOW, NOW + DAY)),
            choosing.of_account(session, CLERK, Period()),
            choosing.of_account(session, CLERK, Period(NOW + DAY, NOW + 2 * DAY)),
        ]


def test_each_kind_of_selection_turns_red_what_its_preview_counts(storage, store, accounts, register):
    counted = []
    for chosen in everything(storage, store, accounts, register):
        with storage.reading() as session:
            found = preview(session, chosen, "revoke", NOW + 3 * DAY)
        before = revoked(storage)
        batch = decided(storage, chosen, now=NOW + 3 * DAY) if found.total.passes else None
        done = carry_out(storage, batch.id, now=NOW).passes_done if batch else 0
        red = revoked(storage) - before
        with storage.reading() as session:
            rows = session.scalars(select(IssuedPass).where(IssuedPass.id.in_(red))).all()
            matched = session.scalars(select(IssuedPass).where(*chosen.conditions())).all()
        assert found.total == Count(len(rows), len({row.person_id for row in rows}))
        assert done == found.total.passes == len(red)
        assert all(row.revoked_at is not None for row in matched)
        assert found.unchanged == len(matched) - len(red)
        counted.append(found.total.passes)
        with storage.writing() as session:
            session.execute(update(IssuedPass).values(revoked_at=None, revoked_why=None, revoked_batch=None))
    assert counted == [6, 1, 2, 5, 5, 2]


def test_a_preview_counts_by_form_province_and_site(storage, accounts, register):
    with storage.reading() as session:
        found = preview(session, Selection("key", "0" * 16), "revoke", NOW)
        assert (found.total, found.by_form, found.issued) == (Count(0, 0), {}, 9)
        everything_there = Selection("account", str(accounts[CLERK]))
        found = preview(session, everything_there, "revoke", NOW + 3 * DAY)
    assert found.by_form == {"domestic": Count(5, 5)}
    assert found.by_province == {"01": Count(3, 3), "79": Count(2, 2)}
    assert found.by_site == {"Trạm A": Count(3, 3), "Trạm B": Count(2, 2)}
    assert (found.superseded, found.expired, found.current) == (1, 1, 3)


def test_where_nobody_said_the_province_or_the_site_it_is_unknown(storage, register):
    with storage.reading() as session:
        found = preview(session, Selection("person", str(register[5])), "revoke", NOW)
    assert found.by_form == {"domestic": Count(1, 1), "travel": Count(1, 1)}
    assert found.by_province == {"unknown": Count(2, 1)}
    assert found.by_site == {"Trạm C": Count(1, 1), "unknown": Count(1, 1)}


def test_a_preview_changes_nothing(storage, register):
    with storage.reading() as session:
        preview(session, Selection("person", str(register[0])), "revoke", NOW)
    assert revoked(storage) == set()


def test_as_json_the_totals_stand_at_the_top(storage, register):
    with storage.reading() as session:
        document = preview(session, Selection("person", str(register[0])), "revoke", NOW).to_json()
    assert (document["passes"], document["people"]) == (2, 1)
    assert document["by_province"] == {"01": {"passes": 2, "people": 1}}


def test_what_is_not_there_is_one_sentence(storage, store, accounts):
    with storage.reading() as session:
        for choose in (
            lambda: choosing.of_key(session, store, "no-such-key"),
            lambda: choosing.of_key(session, store, "0" * 16),
            lambda: choosing.of_pass(session, 7),
            lambda: choosing.of_person(session, 7),
            lambda: choosing.of_site(session, "Trạm", Period(0, 1)),
            lambda: choosing.of_account(session, "x@example.vn", Period()),
            lambda: choosing.of_batch(session, 7),
        ):
            with pytest.raises(FieldError):
                choose()


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(FieldError, match="ends before"):
        Period(NOW, NOW)
