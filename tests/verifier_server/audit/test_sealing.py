"""The sealer: everything that is committed, once, in order, whatever happens meanwhile."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import delete, event, select
from sqlalchemy.exc import OperationalError

from verifier_server.audit import sealing
from verifier_server.audit.canonical import EventFacts, first_previous, link_hash
from verifier_server.audit.recording import record
from verifier_server.audit.tables import AuditChain, AuditLink, AuditWaiting
from verifier_server.errors import ServerError
from verifier_server.storage import Storage

from ..builders import NOW
from .builders import a_happening, counted, findings, recorded, sealed

STEPS = 8


@pytest.fixture
def small_pieces(monkeypatch):
    monkeypatch.setattr(sealing, "PIECE", 3)


def links(storage):
    with storage.reading() as session:
        return [(row.seq, row.event) for row in session.scalars(select(AuditLink).order_by(AuditLink.seq))]


def test_committed_events_are_sealed_in_pieces_and_nothing_waits(storage, small_pieces):
    numbers = recorded(storage, 7)
    told = []
    assert sealing.seal(storage, lambda: NOW, progress=told.append) == 7
    assert told == [3, 6, 7]
    assert links(storage) == list(enumerate(numbers, start=1))
    assert sealed(storage) == 0
    assert (counted(storage).links, counted(storage).waiting) == (7, 0)


def test_what_is_not_sealed_yet_is_counted_and_no_fault(storage):
    recorded(storage, 2)
    sealed(storage)
    recorded(storage, 3, first=3)
    count = counted(storage)
    assert (count.links, count.waiting) == (2, 3)


def test_an_event_of_a_transaction_that_is_open_is_not_sealed_and_not_missed(database_url):
    storage = Storage(database_url)
    if storage.is_sqlite:
        pytest.skip("SQLite has one writer at a time: nothing commits in between")
    with storage.session(writing=True) as slow:
        slow.begin()
        early = record(slow, a_happening(1), at=NOW)
        late = recorded(storage, 2, first=2)
        assert early[0] < late[0]
        assert sealed(storage) == 2
        slow.commit()
    assert sealed(storage) == 1
    assert links(storage) == [(1, late[0]), (2, late[1]), (3, early[0])]
    assert counted(storage).links == 3
    storage.close()


def test_a_transaction_that_is_undone_leaves_a_number_out_and_no_gap_in_the_chain(storage):
    recorded(storage, 1)
    with storage.session(writing=True) as session:
        session.begin()
        record(session, a_happening(2), at=NOW)
        session.rollback()
    recorded(storage, 1, first=3)
    assert sealed(storage) == 2
    assert counted(storage).links == 2


def test_sealers_and_recorders_at_once_make_one_whole_chain(storage, small_pieces):
    def work(number):
        return recorded(storage, 3, first=number * 10) if number % 2 else sealed(storage)

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(work, range(24)))
    events = sorted(one for numbers in done if isinstance(numbers, list) for one in numbers)
    sealed(storage)
    chain = links(storage)
    assert [seq for seq, _ in chain] == list(range(1, 37))
    assert sorted(number for _, number in chain) == events
    assert counted(storage).waiting == 0


def test_two_sealers_at_once_take_turns(storage, small_pieces):
    recorded(storage, 30)
    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(lambda _: sealed(storage), range(3))) == 30
    assert counted(storage).links == 30


@pytest.mark.parametrize("step", range(1, STEPS + 1))
@pytest.mark.parametrize("when", ["statement", "commit"])
def test_killed_at_any_step_the_next_sealer_goes_on(storage, small_pieces, step, when):
    numbers = recorded(storage, 7)
    died = killed_at(storage, step, when)
    assert findings(storage) == []
    sealed(storage)
    assert links(storage) == list(enumerate(numbers, start=1))
    assert counted(storage).waiting == 0
    # Seven events are three pieces: four transactions with the last look, at least five statements each.
    assert died == (when == "statement" or step <= 4)


def killed_at(storage, step, when):
    """Seal in a process of its own that kills itself before its n-th statement or commit; whether it did."""
    url = storage.engine.url.render_as_string(hide_password=False)
    child = os.fork()
    if child == 0:
        own = Storage(url)
        left = [step]

        def die(*_arguments):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(own.engine, "before_cursor_execute" if when == "statement" else "commit", die)
        try:
            sealed(own)
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def test_the_chain_can_be_computed_by_others_from_what_the_manual_says(lite):
    recorded(lite, 2)
    sealed(lite, NOW + 9)
    with lite.reading() as session:
        chain = session.get_one(AuditChain, 1)
        facts = [EventFacts(*row) for row in session.execute(select(*sealing.FACTS).order_by(sealing.FACTS[0]))]
        stored = list(session.scalars(select(AuditLink.hash).order_by(AuditLink.seq)))
    first = link_hash(first_previous(chain.chain), 1, NOW + 9, facts[0])
    assert stored == [first, link_hash(first, 2, NOW + 9, facts[1])]
    assert chain.hash == stored[1]


def test_vector_of_a_link():
    facts = EventFacts(7, "dose_recorded", 1627603200, 1, None, "dose", 9, 4, bytes(range(32)))
    previous = first_previous("000102030405060708090a0b0c0d0e0f")
    assert previous.hex() == "52873dc823ad4c255ee304952148635f7bd4e28366869e4edafed868c72f3f4d"
    assert (
        link_hash(previous, 1, 1627603260, facts).hex()
        == "71aee375c68a632c77ffeb89b8d09db990736dfcd29982fc2a2913d454312a39"
    )


def test_a_sealer_whose_row_is_gone_says_so(lite):
    recorded(lite, 1)
    with lite.writing() as session:
        session.execute(delete(AuditChain))
    with pytest.raises(ServerError, match="is gone"):
        sealed(lite)


def test_an_event_that_was_put_to_wait_again_does_not_stop_the_sealer(lite):
    first = recorded(lite, 1)[0]
    sealed(lite)
    with lite.writing() as session:
        session.add(AuditWaiting(event=first))
    recorded(lite, 1, first=2)
    assert sealed(lite) == 1
    assert findings(lite) == ["waiting_wrong"]


def test_many_that_wait_wrongly_do_not_hide_those_that_wait_rightly(lite, small_pieces):
    recorded(lite, 5)
    sealed(lite)
    with lite.writing() as session:
        session.add_all(AuditWaiting(event=number) for number in (1, 2, 3, 4, 5))
    recorded(lite, 4, first=6)
    assert sealed(lite) == 4
    assert findings(lite) == ["waiting_wrong"] * 5


def test_sealing_again_and_again_ends_when_it_is_told_to(lite):
    recorded(lite, 4)
    stop, told = Event(), []

    def hear(count):
        told.append(count)
        if len(told) == 1:
            recorded(lite, 2, first=5)
        else:
            stop.set()

    sealing.seal_for_ever(lite, lambda: NOW, 0.001, stop, hear)
    assert told == ["4 events sealed", "2 events sealed"]


def test_a_database_that_is_away_for_a_while_does_not_end_the_service(lite, monkeypatch):
    recorded(lite, 2)
    stop, told, real = Event(), [], sealing.seal_piece
    away = iter([True, False])

    def seal_piece(storage, now, after):
        if next(away, False):
            raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))
        return real(storage, now, after)

    def hear(sentence):
        told.append(sentence)
        if sentence.endswith("sealed"):
            stop.set()

    monkeypatch.setattr(sealing, "seal_piece", seal_piece)
    sealing.seal_for_ever(lite, lambda: NOW, 0.001, stop, hear)
    assert told == [
        "the database cannot be used (database is locked); trying again in 0.001 seconds",
        "2 events sealed",
    ]
