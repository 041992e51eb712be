"""The signer's log against the register: each kind of difference made on purpose, on both databases."""

import hashlib
import json
import shutil
import tracemalloc
from collections import Counter

import pytest
from sqlalchemy import insert, select, text, update

from keys.secret import Secret
from keys.store import KeyStore
from vaccine_pass.serials import serial_of
from verifier_server.cli import main
from verifier_server.passes.reconcile import Count, Kind, payload_of, reconcile
from verifier_server.passes.tables import IssuedPass, SerialBlock, SignerLog

from ..builders import NOW, a_pass, a_person, a_vaccinated_person

SECRET = Secret(bytes(range(32)))


@pytest.fixture
def kids(key_folder):
    return frozenset(entry.kid.hex() for entry in KeyStore(key_folder).signers())


@pytest.fixture
def passes(storage, desk):
    """A register with four passes of two people, in both forms."""
    with storage.writing() as session:
        people = a_vaccinated_person(session), a_person(session, id_number="001190000004")
    made = [a_pass(storage, desk, people[0].id, form) for form in ("domestic", "travel")]
    made += [a_pass(storage, desk, person.id, now=NOW + 300 * 86_400 // 4) for person in people[1:]]
    return made


def differences(storage, kids):
    return list(reconcile(storage, SECRET, kids, Count()))


def kinds(storage, kids, serial=None):
    return Counter(one.kind for one in differences(storage, kids) if serial in {None, one.serial})


def change(storage, *statements):
    with storage.writing() as session:
        for statement in statements:
            session.execute(statement)


def without_unique(storage, table):
    """Take away what keeps a serial unique, as a damaged or tampered database might have."""
    if not storage.is_sqlite:
        return change(storage, text(f"ALTER TABLE {table} DROP CONSTRAINT uq_{table}_serial"))
    with storage.engine.connect() as connection:
        raw = connection.connection.driver_connection
        columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
        raw.execute(f"ALTER TABLE {table} RENAME TO honest_{table}")
        raw.execute(f"CREATE TABLE {table} AS SELECT {', '.join(columns)} FROM honest_{table}")
        raw.execute("PRAGMA wal_checkpoint")
    return None


def test_an_honest_register_has_no_difference(storage, passes, kids):
    count = Count()
    assert list(reconcile(storage, SECRET, kids, count)) == []
    assert (count.passes, count.log_lines) == (len(passes), len(passes))


def test_an_empty_register_has_no_difference(storage, kids):
    assert differences(storage, kids) == []


def test_the_payload_of_a_text_is_what_the_log_has_hashed(storage, passes):
    with storage.reading() as session:
        logged = dict(session.execute(select(SignerLog.serial, SignerLog.payload_sha256)).all())
    for issued in passes:
        assert hashlib.sha256(payload_of(issued.text)).hexdigest() == logged[issued.serial]


def test_a_pass_that_was_deleted_is_found_by_the_log(storage, passes, kids):
    serial = passes[-1].serial
    change(storage, text(f"DELETE FROM issued_pass WHERE serial = {serial}"))
    assert [(one.kind, one.serial) for one in differences(storage, kids)] == [(Kind.LOG_WITHOUT_PASS, serial)]


def test_a_pass_that_the_signer_did_not_log_is_found(storage, passes, kids):
    serial = passes[0].serial
    change(storage, text(f"DELETE FROM signer_log WHERE serial = {serial}"))
    assert kinds(storage, kids) == kinds(storage, kids, serial) == {Kind.PASS_WITHOUT_LOG: 1}


@pytest.mark.parametrize("position", [0, 1])
def test_a_text_that_is_not_what_was_signed_is_found(storage, passes, kids, position):
    wrong = update(SignerLog).where(SignerLog.serial == passes[position].serial).values(payload_sha256="0" * 64)
    change(storage, wrong)
    assert kinds(storage, kids, passes[position].serial) == {Kind.PAYLOAD_DIFFERS: 1}


def test_two_texts_that_changed_places_are_both_found(storage, passes, kids):
    one, other = passes[0], passes[2]
    change(
        storage,
        *(update(IssuedPass).where(IssuedPass.id == a.id).values(text=b.text) for a, b in ((one, other), (other, one))),
    )
    assert kinds(storage, kids) == {Kind.PAYLOAD_DIFFERS: 2}


@pytest.mark.parametrize("broken", ["", "VN1:", "VN1:???", "HC1:NOTHING", "VN1:" + "0" * 50, "hello"])
def test_a_text_that_is_no_pass_is_found(storage, passes, kids, broken):
    change(storage, update(IssuedPass).where(IssuedPass.id == passes[0].id).values(text=broken))
    assert kinds(storage, kids) == {Kind.UNREADABLE_PASS: 1}


def test_a_key_that_is_not_ours_is_found(storage, passes, kids):
    serial = passes[0].serial
    change(
        storage,
        *(update(table).where(table.serial == serial).values(kid="f" * 16) for table in (IssuedPass, SignerLog)),
    )
    assert kinds(storage, kids) == {Kind.UNKNOWN_KEY: 1}


def test_a_pass_and_its_line_that_name_two_keys_are_found(storage, passes, kids):
    other = next(kid for kid in kids if kid != passes[0].kid)
    change(storage, update(IssuedPass).where(IssuedPass.id == passes[0].id).values(kid=other))
    assert kinds(storage, kids) == {Kind.KEY_DIFFERS: 1}


def test_a_serial_twice_in_the_log_is_found(storage, passes, kids):
    without_unique(storage, "signer_log")
    serial = passes[0].serial
    line = {"serial": serial, "payload_sha256": "1" * 64, "kid": passes[0].kid, "signed_at": NOW}
    change(storage, insert(SignerLog).values(id=999, **line))
    assert kinds(storage, kids) == {Kind.SERIAL_TWICE: 1, Kind.PAYLOAD_DIFFERS: 1}


def test_one_serial_on_two_passes_is_found(storage, passes, kids):
    without_unique(storage, "issued_pass")
    change(storage, update(IssuedPass).where(IssuedPass.id == passes[1].id).values(serial=passes[0].serial))
    assert kinds(storage, kids, passes[0].serial)[Kind.SERIAL_TWICE] == 1
    assert kinds(storage, kids, passes[1].serial) == {Kind.LOG_WITHOUT_PASS: 1}


@pytest.mark.parametrize("block", [2, 4095])
def test_a_serial_outside_of_the_leased_blocks_is_found(storage, passes, kids, block):
    moved = serial_of(SECRET.unsafe_reveal(), block, 0)
    change(
        storage,
        *(update(t).where(t.serial == passes[0].serial).values(serial=moved) for t in (IssuedPass, SignerLog)),
    )
    assert kinds(storage, kids) == {Kind.SERIAL_NOT_LEASED: 1}


@pytest.mark.parametrize("serial", [0, -5, 7, 2**32, 2**40])
def test_a_serial_that_cannot_be_one_is_found(storage, passes, kids, serial):
    change(
        storage,
        *(update(t).where(t.serial == passes[0].serial).values(serial=serial) for t in (IssuedPass, SignerLog)),
    )
    assert kinds(storage, kids) == {Kind.SERIAL_NOT_LEASED: 1}


def test_a_serial_that_nobody_took_is_found(storage, passes, kids):
    change(storage, update(SerialBlock).values(next_n=0))
    assert kinds(storage, kids) == {Kind.SERIAL_NOT_TAKEN: len(passes)}


def test_it_goes_on_in_flat_memory(storage, passes, kids):
    lines = [
        {"serial": 2**21 + n, "payload_sha256": "0" * 64, "kid": passes[0].kid, "signed_at": NOW} for n in range(8000)
    ]
    with storage.writing() as session:
        session.execute(insert(SignerLog), lines)
    tracemalloc.start()
    found = sum(1 for _ in reconcile(storage, SECRET, kids, Count()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == 2 * 8000
    assert peak < 6_000_000


@pytest.fixture
def command(tmp_path, key_folder, storage, database_url, monkeypatch, capsys):
    """Run `checkpoint-server reconcile` over the register."""
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    shutil.copytree(key_folder, folder / "keys")
    for name in ("secret.key", "serials.key"):
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(SECRET.unsafe_reveal())
    monkeypatch.setenv("CHECKPOINT_DATABASE_URL", database_url)

    def run(*options):
        code = main(["--instance", str(folder), "reconcile", *options])
        return code, capsys.readouterr().out

    return run


def test_the_command_says_that_all_is_well(command, passes):
    assert command() == (0, f"{len(passes)} passes and {len(passes)} lines of the log compared: no differences\n")


def test_the_command_names_each_difference_and_fails(command, storage, passes):
    change(storage, text(f"DELETE FROM signer_log WHERE serial = {passes[0].serial}"))
    code, out = command("--json")
    *lines, end = map(json.loads, out.splitlines())
    assert (code, end) == (1, {"passes": 3, "log_lines": 2, "differences": 1})
    assert [(line["kind"], line["serial"]) for line in lines] == [("pass_without_log", passes[0].serial)]
    code, out = command()
    assert (code, f"{passes[0].serial:08x}" in out) == (1, True)
