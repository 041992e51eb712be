"""A register is saved while it is in use, destroyed, and put back: nothing is lost, and no serial is given twice."""

import os
import subprocess
import threading
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from keys.secret import Secret
from verifier_server.audit.kinds import Kind
from verifier_server.audit.sealing import seal
from verifier_server.audit.tables import AuditEvent
from verifier_server.backup import archive
from verifier_server.backup.making import make_backup
from verifier_server.backup.restoring import Choices, restore
from verifier_server.config import ServerConfig
from verifier_server.doses.tables import Dose
from verifier_server.errors import ServerError
from verifier_server.leases.book import LeaseBook
from verifier_server.leases.lending import stock
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.tables import IssuedPass, SerialBlock
from verifier_server.people.tables import Person
from verifier_server.storage import Storage

from ..audit.builders import counted
from ..builders import NOW, a_pass, a_person, a_vaccinated_person
from ..conftest import SECRET, administer

LATER = NOW + 3600


@pytest.fixture
def config(database_url, instance):
    return ServerConfig(instance, database_url, SECRET, SECRET)


@pytest.fixture
def book(config):
    return LeaseBook(config.lease_book)


@pytest.fixture
def issuing(new_desk, book):
    """A desk whose serials are noted in the book, as a server's are."""

    def make(storage):
        made = new_desk(storage)
        return IssuingDesk(made.signers, stock(storage, SECRET, book))

    return make


@pytest.fixture
def saved(config, storage, issuing, tmp_path):
    """A register with two people and a pass, sealed and saved; gives the file."""
    with storage.writing() as session:
        someone = a_vaccinated_person(session)
        a_person(session, id_number="001190000019", name="Lê Hòa")
    a_pass(storage, issuing(storage), someone.id)
    seal(storage, lambda: NOW + 60)
    out = tmp_path / "backups" / "register.backup"
    out.parent.mkdir()
    make_backup(config, storage, out, NOW + 120)
    return out


def destroy(url, storage):
    """Nothing is left of the database: the file is overwritten, or the database is dropped."""
    storage.close()
    if storage.is_sqlite:
        with Path(storage.engine.url.database).open("r+b") as file:
            file.write(os.urandom(8192))
    else:
        server, _, name = url.rpartition("/")
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")
        administer(server, f"CREATE DATABASE {name}")


def numbers(storage):
    with storage.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Person, Dose, IssuedPass)]


def numbers_at(url):
    opened = Storage(url)
    try:
        return numbers(opened)
    finally:
        opened.close()


def open_blocks(storage):
    with storage.reading() as session:
        return list(session.scalars(select(SerialBlock.block).where(SerialBlock.burnt_at.is_(None))))


def test_a_destroyed_register_comes_back_and_gives_no_serial_twice(config, storage, database_url, book, saved, issuing):
    with storage.writing() as session:
        later = a_vaccinated_person(session, id_number="001190000027", name="Trần Dũng")
    lost = a_pass(storage, issuing(storage), later.id).serial  # after the backup: scanners may have seen it
    before = open_blocks(storage)
    destroy(database_url, storage)
    done = restore(config, book, saved, Choices(replace=storage.is_sqlite), LATER)
    assert list(done.burnt) == before
    again = Storage(database_url)
    assert numbers(again) == [2, 2, 1]
    assert open_blocks(again) == [done.block]
    assert not {lease.block for lease in book.leases().values() if lease.is_open} & set(before)
    with again.writing() as session:
        someone = a_vaccinated_person(session, id_number="001190000035", name="Phạm An")
    fresh = a_pass(again, issuing(again), someone.id).serial
    assert fresh != lost
    assert fresh >> 20 == done.block
    again.close()


def test_the_audit_goes_on_behind_the_restore_and_says_that_it_was_one(config, storage, database_url, book, saved):
    destroy(database_url, storage)
    restore(config, book, saved, Choices(replace=storage.is_sqlite), LATER)
    again = Storage(database_url)
    seal(again, lambda: LATER + 1)
    assert counted(again).links > 0
    with again.reading() as session:
        newest = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert (newest.kind, newest.at) == (Kind.DATABASE_RESTORED.value, LATER)
    again.close()


def test_a_filled_register_is_replaced_only_when_it_is_said(config, storage, database_url, book, saved):
    with storage.writing() as session:
        a_person(session, id_number="001190000043", name="Vũ Bình")
    storage.close()
    with pytest.raises(ServerError, match="is not empty"):
        restore(config, book, saved, Choices(), LATER)
    assert numbers_at(database_url)[0] == 3
    done = restore(config, book, saved, Choices(replace=True), LATER)
    assert numbers_at(database_url)[0] == 2
    if storage.is_sqlite:
        assert numbers_at(f"sqlite:///{done.kept}")[0] == 3


def test_a_register_in_use_is_not_replaced(config, storage, database_url, book, saved):
    with storage.reading() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(ServerError, match="in use"):
            restore(config, book, saved, Choices(replace=True), LATER)
    assert numbers(storage)[0] == 2


def test_a_backup_is_one_moment_while_others_write(config, storage, tmp_path):
    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            with storage.writing() as session:
                written.append(a_vaccinated_person(session, doses=1, id_number=f"0011900{len(written):05d}").id)

    writer = threading.Thread(target=write)
    writer.start()
    while len(written) < 6:  # the last one may not be committed yet
        stop.wait(0.01)
    made = make_backup(config, storage, tmp_path / "busy.backup", NOW)
    stop.set()
    writer.join()
    assert made.rows["person"] == made.rows["dose"] >= 5
    assert made.rows["person"] <= len(written)


def test_what_is_damaged_anywhere_is_refused_and_changes_nothing(config, storage, database_url, book, saved):
    whole = saved.read_bytes()
    storage.close()
    for at in range(0, len(whole), max(1, len(whole) // 24)):
        saved.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        try:
            archive.read(saved)
        except ServerError as problem:
            assert problem.code == "bad_backup"
            continue
        # What a tar has between its files means nothing: the content is whole.
        assert archive.read(saved).revision
    for length in (0, 10, 512, 2000, len(whole) // 2, len(whole) - 12_000):
        saved.write_bytes(whole[:length])
        with pytest.raises(ServerError, match=r"cut off|does not fit"):
            restore(config, book, saved, Choices(replace=True), LATER)
    assert numbers_at(database_url)[0] == 2
    assert [path.name for path in saved.parent.iterdir()] == [saved.name]


def test_the_file_is_its_owners_alone_holds_no_secret_and_other_programs_can_check_it(saved, tmp_path):
    assert saved.stat().st_mode & 0o777 == 0o600
    content = saved.read_bytes()
    assert SECRET.unsafe_reveal() not in content
    assert SECRET.unsafe_reveal().hex().encode() not in content
    subprocess.run(["tar", "xf", saved], cwd=tmp_path, check=True)
    subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)


def test_no_backup_is_overwritten(config, storage, saved):
    with pytest.raises(ServerError, match="no backup is overwritten"):
        make_backup(config, storage, saved, NOW)


def test_with_another_serials_key_nothing_is_restored_until_it_is_said(
    config, storage, database_url, instance, book, saved
):
    storage.close()
    other = ServerConfig(instance, database_url, SECRET, Secret(bytes(32)))
    with pytest.raises(ServerError, match=r"serials\.key here is not"):
        restore(other, book, saved, Choices(replace=True), LATER)
    restore(other, book, saved, Choices(replace=True, other_serials=True), LATER)


def test_without_the_lease_book_nothing_is_restored_until_somebody_says_how_far_it_went(
    config, storage, database_url, book, saved
):
    storage.close()
    book.path.unlink()
    with pytest.raises(ServerError, match="--highest"):
        restore(config, book, saved, Choices(replace=True), LATER)
    assert restore(config, book, saved, Choices(replace=True, highest=40), LATER).block > 40


def test_a_restore_that_fails_midway_leaves_the_register_as_it_was(
    config, storage, database_url, book, saved, monkeypatch
):
    from verifier_server.backup import postgres, sqlite

    storage.close()
    if storage.is_sqlite:

        def full(_ready, _path):
            raise ServerError("No space left on device.")

        monkeypatch.setattr(sqlite, "put_in_place", full)
    else:
        real = postgres.put_in_place

        def cut(storage, dumped):
            with dumped.open("r+b") as file:
                file.truncate(dumped.stat().st_size * 3 // 4)
            real(storage, dumped)

        monkeypatch.setattr(postgres, "put_in_place", cut)
    with pytest.raises(ServerError):
        restore(config, book, saved, Choices(replace=True), LATER)
    assert numbers_at(database_url) == [2, 2, 1]
