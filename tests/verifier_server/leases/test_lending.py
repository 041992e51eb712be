"""A database and the lease book: restored copies, clones, power cuts, and never a serial twice."""

import logging
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text, update

from keys.secret import Secret
from verifier_server.cli import main
from verifier_server.errors import ServerError
from verifier_server.leases import lending
from verifier_server.leases.book import LeaseBook
from verifier_server.leases.lending import after_restore, lease, lease_first, settle, stock, take
from verifier_server.passes.tables import SerialBlock
from verifier_server.storage import Storage

from ..builders import NOW
from ..conftest import administer

SECRET = Secret(bytes(range(32)))
TAKE = """
import sys
from pathlib import Path
from keys.secret import Secret
from verifier_server.leases.book import LeaseBook
from verifier_server.leases.lending import stock
from verifier_server.storage import Storage
taking = stock(Storage(sys.argv[1]), Secret(bytes(32)), LeaseBook(Path(sys.argv[2])))
for _ in range(20):
    for number in taking.reserve(7):
        print(number.block << 20 | number.n)
"""


@pytest.fixture
def book(tmp_path):
    return LeaseBook(tmp_path / "authority" / "leases.json")


@pytest.fixture
def copies(storage, database_url, request):
    """Copy the whole database; gives the copy opened. The original may go on."""
    opened = []

    def copy():
        number = len(opened)
        if storage.is_sqlite:
            path = storage.engine.url.database
            with storage.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(path, f"{path}.{number}")
            made = Storage(f"sqlite:///{path}.{number}")
        else:
            server, _, name = database_url.rpartition("/")
            storage.close()
            fresh = f"{name}c{number}"
            administer(server, f"CREATE DATABASE {fresh} TEMPLATE {name}")
            made = Storage(f"{server}/{fresh}")
            request.addfinalizer(lambda: administer(server, f"DROP DATABASE {fresh} WITH (FORCE)"))
        opened.append(made)
        return made

    yield copy
    for made in opened:
        made.close()


def taken(storage, book, count=20):
    return set(take(storage, book, count, NOW))


def blocks_of(storage):
    with storage.reading() as session:
        return {row.block: row for row in session.scalars(select(SerialBlock))}


def settled(storage, book, **how):
    with storage.writing() as session:
        return settle(session, book, NOW, **how)


def test_numbers_come_from_the_database_and_stand_in_the_book(storage, book):
    numbers = taken(storage, book, 20) | taken(storage, book, 30)
    assert {number.n for number in numbers} == set(range(50))
    assert book.leases()[1].given == ((0, 50),)
    assert book.leases()[1].holder == blocks_of(storage)[1].holder


def test_a_database_from_before_the_book_goes_on_where_it_was(storage, book):
    with storage.writing() as session:
        session.execute(update(SerialBlock).values(next_n=700))
    assert {number.n for number in taken(storage, book, 5)} == set(range(700, 705))
    assert book.leases()[1].given == ((0, 705),)


def test_last_weeks_copy_gives_no_serial_twice(storage, book, copies, caplog):
    """DESIGN: a restore burns all open blocks."""
    numbers = taken(storage, book, 100)
    last_week = copies()
    numbers |= taken(storage, book, 300)
    with storage.writing() as session:
        lease(session, book, NOW)
    caplog.set_level(logging.CRITICAL)
    after = taken(last_week, book, 500)
    assert not numbers & after
    assert {number.block for number in after} == {3}
    assert [(one.block, one.state) for one in book.leases().values()] == [(1, "burnt"), (2, "burnt"), (3, "open")]
    assert "RESTORED FROM AN OLD COPY" in caplog.text
    caplog.clear()
    assert not (numbers | after) & taken(last_week, book, 500)
    assert caplog.text == ""


def test_the_serials_themselves_are_all_different_after_a_restore(storage, book, copies):
    before = stock(storage, SECRET, book)
    serials = [before.serial(number) for number in before.reserve(64)]
    last_week = copies()
    serials += [before.serial(number) for number in before.reserve(64)]
    after = stock(last_week, SECRET, book)
    serials += [after.serial(number) for number in after.reserve(64)]
    assert len(set(serials)) == 3 * 64


def test_a_copy_that_missed_nothing_goes_on(storage, book, copies):
    numbers = taken(storage, book)
    copy = copies()
    assert not numbers & taken(copy, book)
    assert blocks_of(copy)[1].burnt_at is None


def test_a_copy_from_before_a_lease_that_was_used_is_found(storage, book, copies):
    taken(storage, book, 1)
    old = copies()
    with storage.writing() as session:
        lease(session, book, NOW)
        session.execute(update(SerialBlock).where(SerialBlock.block == 1).values(next_n=1 << 20))
    numbers = taken(storage, book, 10)
    assert {number.block for number in numbers} == {2}
    assert not numbers & taken(old, book, 10)
    assert blocks_of(old)[1].burnt_at == NOW


def test_an_original_and_its_copy_that_both_go_on_never_share_a_number(storage, book, copies):
    seen = list(take(storage, book, 16, NOW))
    copy = copies()
    for _ in range(6):
        seen += take(storage, book, 16, NOW)
        seen += take(copy, book, 16, NOW)
    assert len(seen) == len(set(seen))
    # They do not burn each other's blocks for ever: each has one of its own in the end.
    assert len(book.leases()) <= 4


def test_an_original_and_its_copy_that_take_at_the_same_moment_never_share_a_number(storage, book, copies, monkeypatch):
    seen = list(take(storage, book, 16, NOW))
    copy = copies()
    real, inside = LeaseBook.give, []

    def give(it, ranges):
        if not inside:  # between this one's commit and its note the other does both
            inside.append(True)
            seen.extend(take(copy, book, 16, NOW))
        return real(it, ranges)

    monkeypatch.setattr(LeaseBook, "give", give)
    seen += take(storage, book, 16, NOW)
    assert len(seen) == len(set(seen)) == 48


def test_two_databases_with_one_book_never_have_one_block(storage, book, tmp_path, empty_sqlite):
    shutil.copy(empty_sqlite, tmp_path / "other.sqlite")
    other = Storage(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with other.writing() as session:
        session.execute(text("DELETE FROM serial_block"))
        assert lease_first(session, book, NOW) == 1
    with storage.writing() as session:
        session.execute(text("DELETE FROM serial_block"))
        assert lease_first(session, book, NOW) == 2
        assert lease_first(session, book, NOW) is None
        assert lease(session, book, NOW) == 3
    assert not taken(storage, book) & taken(other, book)
    other.close()


def test_two_old_databases_that_both_have_block_1_are_told_apart(storage, book, tmp_path, empty_sqlite):
    shutil.copy(empty_sqlite, tmp_path / "other.sqlite")
    other = Storage(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with other.writing() as session:
        session.execute(update(SerialBlock).values(leased_at=NOW - 60))
    numbers = taken(storage, book)
    with pytest.raises(ServerError) as refused:
        take(other, book, 5, NOW)
    assert refused.value.code == "block_of_another"
    with other.writing() as session:
        assert after_restore(session, book, NOW) == ((1,), 2)
    assert not numbers & taken(other, book)
    assert not numbers & taken(storage, book)
    assert book.leases()[1].is_open
    other.close()


def test_after_a_restore_that_the_book_cannot_see_the_command_burns(storage, book):
    taken(storage, book)
    with storage.writing() as session:
        assert after_restore(session, book, NOW) == ((1,), 2)
    assert {number.block for number in taken(storage, book)} == {2}


@pytest.mark.parametrize("step", ["commit", "give"])
def test_a_power_cut_between_the_steps_costs_numbers_and_never_gives_one_twice(storage, book, monkeypatch, step):
    numbers = taken(storage, book)

    class Cut(BaseException):
        pass

    def cut(*_arguments, **_named):
        raise Cut

    with monkeypatch.context() as patch:
        if step == "commit":
            patch.setattr(lending, "take_numbers", cut)
        else:
            patch.setattr(LeaseBook, "give", cut)
        with pytest.raises(Cut):
            take(storage, book, 20, NOW)
    assert not numbers & taken(storage, book)
    assert blocks_of(storage)[1].burnt_at is None


def test_a_lease_that_never_reached_the_database_is_burnt_alone(storage, book):
    taken(storage, book)
    book.lease(blocks_of(storage)[1].holder, NOW)
    assert settled(storage, book) == ()
    assert [one.state for one in book.leases().values()] == ["open", "burnt"]
    assert {number.block for number in taken(storage, book)} == {1}


def test_a_lost_or_older_book_stops_the_taking(storage, book, tmp_path):
    taken(storage, book)
    shutil.copy(book.path, tmp_path / "older.json")
    with storage.writing() as session:
        lease(session, book, NOW)
    for put_back in (lambda: shutil.copy(tmp_path / "older.json", book.path), book.path.unlink):
        put_back()
        with pytest.raises(ServerError) as refused:
            take(storage, book, 5, NOW)
        assert refused.value.code == "lease_book_lost"


def test_a_lost_book_can_be_begun_anew_above_what_the_database_knows(storage, book):
    numbers = taken(storage, book)
    book.path.unlink()
    with storage.writing() as session, pytest.raises(ServerError, match="--highest"):
        after_restore(session, book, NOW)
    with storage.writing() as session:
        assert after_restore(session, book, NOW, highest=7) == ((1,), 8)
    assert {number.block for number in taken(storage, book)} == {8}
    assert numbers


def test_the_highest_block_named_does_not_end_a_block_that_is_in_use(storage, book):
    taken(storage, book)
    book.lease("another database", NOW)
    with storage.writing() as session:
        assert after_restore(session, book, NOW, highest=2) == ((1,), 3)
    assert book.leases()[2].is_open


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command in an instance folder; gives exit code, output and what was said."""
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)

    def call(*arguments):
        code = main(["--instance", str(tmp_path / "instance"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_the_commands_lease_notice_a_restore_and_burn(run, tmp_path, caplog):
    folder = tmp_path / "instance"
    assert "leased block 1" in run("init-db")[2]
    assert run("lease-block")[:2] == (0, f"block 2, noted in {folder / 'leases.json'}\n")
    shutil.copy(folder / "register.sqlite", tmp_path / "last-week.sqlite")
    storage = Storage(f"sqlite:///{folder / 'register.sqlite'}")
    numbers = taken(storage, LeaseBook(folder / "leases.json"))
    storage.close()
    for name in ("register.sqlite", "register.sqlite-wal", "register.sqlite-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(tmp_path / "last-week.sqlite", folder / "register.sqlite")
    assert run("init-db")[0] == 0
    assert "blocks 1, 2 are burnt" in caplog.text
    code, out, err = run("lease-block", "--after-restore")
    assert (code, out.split(",")[0], err.splitlines()[-1]) == (0, "block 4", "burnt: 3")
    assert {number.block for number in numbers} == {1}


def test_the_book_may_lie_elsewhere_by_setting(run, tmp_path):
    (tmp_path / "instance").mkdir(mode=0o700)
    (tmp_path / "instance/server.toml").write_text('lease_book = "../authority/leases.json"\n')
    assert run("init-db")[0] == 0
    assert run("lease-block")[0] == 0
    assert set(LeaseBook(tmp_path / "authority/leases.json").leases()) == {1, 2}


def test_workers_that_take_at_once_share_no_number_and_burn_no_block(storage, database_url, book):
    running = [
        subprocess.Popen(
            [sys.executable, "-c", TAKE, database_url, str(book.path)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    with ThreadPoolExecutor(3) as pool:
        outputs = list(pool.map(lambda process: process.communicate()[0], running))
    numbers = " ".join(outputs).split()
    assert len(numbers) == len(set(numbers)) == 3 * 20 * 7
    assert list(book.leases()) == [1]
