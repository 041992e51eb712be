"""Carrying a batch out: exactly what was proposed, by one or by several at once, and back again."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from verifier_server.errors import FieldError
from verifier_server.passes.issue import PassRequest, issue_pass
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation import work
from verifier_server.revocation.selection import Selection
from verifier_server.revocation.tables import BatchPass
from verifier_server.revocation.work import carry_out

from ..builders import NOW, a_pass, trust_now
from .builders import decided, key_of, passes, people, revoked, state


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 3)


@pytest.fixture
def lost(storage, desk, accounts):
    return passes(storage, desk, people(storage, 10))


def test_a_revoked_pass_says_when_why_and_by_which_batch(storage, lost):
    batch = decided(storage, Selection("person", str(lost[0].person_id)))
    carry_out(storage, batch.id, now=NOW + 5)
    assert state(storage)[0] == (lost[0].id, NOW + 5, "person", batch.id)
    assert revoked(storage) == {lost[0].id}


def test_what_is_issued_after_the_proposal_is_not_in_the_batch(storage, desk, lost):
    batch = decided(storage, key_of(lost))
    (more,) = people(storage, 1, first=50)
    newer = a_pass(storage, desk, more)
    carry_out(storage, batch.id, now=NOW)
    assert revoked(storage) == {row.id for row in lost}
    second = decided(storage, key_of(lost))
    carry_out(storage, second.id, now=NOW)
    assert revoked(storage) == {row.id for row in lost} | {newer.id}


def test_progress_is_told_after_each_chunk(storage, lost):
    told = []
    carry_out(storage, decided(storage, key_of(lost)).id, now=NOW, progress=told.append)
    assert told == [3, 6, 9, 10, 10]


def test_three_runs_at_once_take_turns(storage, lost):
    batch = decided(storage, key_of(lost))
    with ThreadPoolExecutor(3) as pool:
        ended = list(pool.map(lambda _: carry_out(storage, batch.id, now=NOW).passes_done, range(3)))
    assert ended == [10, 10, 10]
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(BatchPass)) == 10


def test_two_batches_that_overlap_share_no_pass(storage, lost):
    whole, one = decided(storage, key_of(lost)), decided(storage, Selection("pass", str(lost[4].serial)))
    with ThreadPoolExecutor(2) as pool:
        done = sum(pool.map(lambda batch: carry_out(storage, batch.id, now=NOW).passes_done, (whole, one)))
    assert done == 10
    assert revoked(storage) == {row.id for row in lost}


def test_revoking_and_issuing_to_the_same_people_at_once_end_both(storage, new_desk, desk, lost):
    batch = decided(storage, key_of(lost))
    persons = [row.person_id for row in reversed(lost)]

    def issue(person):
        with storage.session(writing=True) as session:
            issued = issue_pass(session, PassRequest(person, "domestic"), desk, NOW + 1)
            session.commit()
            return issued

    with ThreadPoolExecutor(3) as pool:
        work_done = pool.submit(carry_out, storage, batch.id, now=NOW)
        issued = list(pool.map(issue, persons))
        assert work_done.result().passes_done == 10
    red = revoked(storage)
    assert red == {row.id for row in lost}
    # A clerk who was first got the old pass, which is red now; the next press gives a new one.
    assert all(row.id in red or row.issued_at == NOW + 1 for row in issued)
    assert all(issue(person).id not in red for person in persons)


def test_a_batch_is_undone_as_a_whole_and_others_stay(storage, lost):
    alone = decided(storage, Selection("pass", str(lost[0].serial)))
    carry_out(storage, alone.id, now=NOW)
    batch = decided(storage, key_of(lost))
    carry_out(storage, batch.id, now=NOW)
    undo = decided(storage, Selection("batch", str(batch.id)), "unrevoke")
    assert carry_out(storage, undo.id, now=NOW).passes_done == 9
    assert revoked(storage) == {lost[0].id}


def test_un_revoking_takes_the_serial_out_of_the_trust_list(storage, store, lost):
    one = Selection("pass", str(lost[0].serial))

    def listed():
        with storage.reading() as session:
            return lost[0].serial in trust_now(store, session, NOW).revoked_serials

    carry_out(storage, decided(storage, one).id, now=NOW)
    assert listed()
    carry_out(storage, decided(storage, one, "unrevoke").id, now=NOW)
    assert not listed()


def test_revoked_again_after_un_revoking_it_belongs_to_the_last_batch(storage, lost):
    one = Selection("pass", str(lost[0].serial))
    for action in ("revoke", "unrevoke", "revoke"):
        batch = decided(storage, one, action)
        carry_out(storage, batch.id, now=NOW)
    with storage.reading() as session:
        assert session.get(IssuedPass, lost[0].id).revoked_batch == batch.id


def test_an_unknown_batch_is_refused(storage):
    with pytest.raises(FieldError, match="no batch"):
        carry_out(storage, 99, now=NOW)
