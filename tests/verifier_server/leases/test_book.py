"""The lease book: a file that many processes and databases write, and never a block twice."""

import json
import multiprocessing
import stat

import pytest

from keys import files
from verifier_server.errors import ServerError
from verifier_server.leases.book import Lease, LeaseBook

from ..builders import NOW


@pytest.fixture
def book(tmp_path):
    return LeaseBook(tmp_path / "authority" / "leases.json")


def refusal(action, *arguments):
    with pytest.raises(ServerError) as refused:
        action(*arguments)
    return refused.value.code


def test_blocks_are_leased_upwards_and_never_again(book):
    assert [book.lease(holder, NOW) for holder in "aba"] == [1, 2, 3]
    book.burn([3])
    assert book.lease("a", NOW) == 4
    assert {block: lease.holder for block, lease in book.leases().items()} == {1: "a", 2: "b", 3: "a", 4: "a"}
    assert [lease.is_open for lease in book.leases().values()] == [True, True, False, True]


def test_the_book_is_private_and_can_be_read_by_a_person(book):
    book.lease("a", NOW)
    assert stat.S_IMODE(book.path.stat().st_mode) == 0o600
    assert json.loads(book.path.read_text())["leases"][0]["leased_at"] == "2021-07-30T00:00:00Z"
    assert len(book.path.read_text().splitlines()) == 3


def test_a_range_is_given_once(book):
    book.lease("a", NOW)
    assert book.give([(1, (0, 16))])
    assert book.give([(1, (32, 48))])
    assert book.give([(1, (16, 32))])
    assert book.leases()[1].given == ((0, 48),)
    for overlap in ((0, 1), (47, 49), (0, 48), (0, 100), (20, 21)):
        assert not book.give([(1, overlap)])
    assert book.leases()[1].mark == 48


def test_nothing_of_a_refused_giving_is_noted(book):
    book.lease("a", NOW)
    book.lease("a", NOW)
    assert book.give([(1, (0, 16))])
    assert not book.give([(2, (0, 16)), (1, (8, 24))])
    assert book.leases()[2].given == ()


def test_a_block_that_is_burnt_or_unknown_gives_nothing(book):
    book.lease("a", NOW)
    book.burn([1])
    assert not book.give([(1, (0, 16))])
    assert not book.give([(9, (0, 16))])


def test_a_database_from_before_the_book_is_entered_as_it_is_and_only_once(book):
    old = [Lease(1, "first", NOW, given=((0, 500),))]
    assert book.enter(old) == "first"
    assert book.enter([Lease(1, "second try", NOW, given=((0, 100),))]) == "first"
    assert book.leases()[1].mark == 500
    assert refusal(book.enter, [Lease(1, "other", NOW - 60)]) == "block_of_another"


def test_when_all_blocks_are_leased_it_says_so(book):
    book.enter([Lease(4095, "a", NOW)])
    assert refusal(book.lease, "a", NOW) == "blocks_used_up"


GOOD = '{"format":"checkpoint-leases/1","leases":[%s]}'
LEASE = '{"block":%s,"holder":"a","leased_at":"2021-07-30T00:00:00Z","state":"%s","given":%s}'


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format":"other/1","leases":[]}',
        GOOD % LEASE % (0, "open", "[]"),
        GOOD % LEASE % (4096, "open", "[]"),
        GOOD % LEASE % (1, "lost", "[]"),
        GOOD % LEASE % (1, "open", "[[5,2]]"),
        GOOD % LEASE % (1, "open", "[[0,9],[3,12]]"),
        GOOD % LEASE % (1, "open", "[[0,1048577]]"),
        GOOD % LEASE % (1, "open", "[[-1,5]]"),
        GOOD % ",".join([LEASE % (1, "open", "[]")] * 2),
        "[" * 100_000,
    ],
)
def test_a_damaged_book_is_refused_and_left_as_it_is(book, content):
    book.path.parent.mkdir()
    book.path.touch(mode=0o600)
    book.path.write_text(content)
    assert refusal(book.lease, "a", NOW) == "lease_book_damaged"
    assert book.path.read_text() == content


def test_a_book_that_others_can_read_is_refused(book):
    book.lease("a", NOW)
    book.path.chmod(0o644)
    assert refusal(book.lease, "a", NOW) == "open_to_others"


def test_a_power_cut_in_the_middle_of_writing_leaves_the_old_book(book, monkeypatch):
    book.lease("a", NOW)
    before = book.path.read_bytes()

    def cut(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", cut)
    assert refusal(book.lease, "a", NOW) == "not_readable"
    assert book.path.read_bytes() == before


def _lease_many(path, holder, queue):
    queue.put([LeaseBook(path).lease(holder, NOW) for _ in range(25)])


def test_processes_that_lease_at_once_never_get_one_block(book):
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    processes = [context.Process(target=_lease_many, args=(book.path, f"db{n}", queue)) for n in range(3)]
    for process in processes:
        process.start()
    blocks = [block for _ in processes for block in queue.get(timeout=60)]
    for process in processes:
        process.join()
    assert sorted(blocks) == list(range(1, 76))
    assert not list(book.path.parent.glob("*.tmp"))
