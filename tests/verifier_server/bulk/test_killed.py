"""Killed in the middle and run again: the same final result, nothing doubled, nothing lost."""

import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from keys import ceremony, pkcs8
from keys.store import KeyStore
from keys.trustlist import trust_data
from vaccine_pass.verify import Verifier
from verifier_server.bulk.tables import BulkRow, BulkRun
from verifier_server.commands import init_db
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass, SignerLog
from verifier_server.people.tables import Person
from verifier_server.storage import Storage

from ..builders import a_file, a_record, many_records, results_of

ROWS = 1_800


@pytest.fixture
def fresh(tmp_path, monkeypatch):
    """An instance with keys of today: the command reads the real clock."""
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    folder = tmp_path / "instance"
    init_db.run(folder)
    ceremony.init(KeyStore(folder / "keys"), int(time.time()))
    return folder


def command(instance, source, out, *more):
    return [
        sys.executable,
        "-m",
        "verifier_server.cli",
        "--instance",
        str(instance),
        "issue",
        "--in",
        str(source),
        "--out",
        str(out),
        *more,
    ]


def rows_in_the_journal(storage):
    with storage.reading() as session:
        return session.scalar(select(func.count()).select_from(BulkRow))


def wait_for_rows(storage, process, least, seconds=60):
    deadline = time.monotonic() + seconds
    while rows_in_the_journal(storage) < least:
        assert process.poll() is None, "the run ended before it was killed"
        assert time.monotonic() < deadline, "the run does not get on"


def in_essence(rows):
    """A result without what differs from run to run by design: numbers and signatures."""
    return [(row["row"], row["outcome"], row["column"], row["problem"], row["image"]) for row in rows]


def test_killed_again_and_again_a_run_ends_in_the_undisturbed_result(fresh, tmp_path):
    records = many_records(ROWS)
    records[700] = a_record(dob="31/02/1990")
    source = a_file(tmp_path / "in.csv", records)
    storage = Storage(f"sqlite:///{fresh / 'register.sqlite'}")
    for least in (1, 500, 1_000):
        process = subprocess.Popen(
            command(fresh, source, tmp_path / "out", "--image", "svg", "--workers", "2"),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for_rows(storage, process, least)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "out/results.csv").exists()
    ended = subprocess.run(
        command(fresh, source, tmp_path / "out", "--image", "svg", "--workers", "2"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    assert f"{ROWS - 1} issued, 1 refused" in ended.stderr

    rows = results_of(tmp_path / "out")
    assert [int(row["row"]) for row in rows] == list(range(2, ROWS + 2))
    assert rows[700]["column"] == "dob"
    issued = [row for row in rows if row["outcome"] == "issued"]
    assert len({row["serial"] for row in issued}) == len({row["text"] for row in issued}) == ROWS - 1
    assert all((tmp_path / "out" / row["image"]).stat().st_size > 1000 for row in issued)
    with storage.reading() as session:
        assert [
            session.scalar(select(func.count()).select_from(table))
            for table in (Person, Dose, IssuedPass, SignerLog, BulkRow, BulkRun)
        ] == [ROWS - 1, ROWS - 1, ROWS - 1, ROWS - 1, ROWS, 1]
    _every_pass_is_good(fresh, rows)
    _again_is_the_same(fresh, source, tmp_path)
    _undisturbed_is_the_same(source, tmp_path, rows)
    storage.close()


def _every_pass_is_good(instance, rows):
    now = int(time.time())
    verifier = Verifier(trust_data(KeyStore(instance / "keys").signers(), signed_at=float(now)))
    assert {verifier.judge(row["text"], now + 1).outcome.value for row in rows if row["text"]} == {"accepted"}


def _again_is_the_same(instance, source, tmp_path):
    before = (tmp_path / "out/results.csv").read_bytes()
    subprocess.run(
        command(instance, source, tmp_path / "out", "--image", "svg"), stderr=subprocess.DEVNULL, check=False
    )
    assert (tmp_path / "out/results.csv").read_bytes() == before


def _undisturbed_is_the_same(source, tmp_path, rows):
    other = tmp_path / "other"
    init_db.run(other)
    shutil.copytree(tmp_path / "instance/keys", other / "keys")
    subprocess.run(
        command(other, source, tmp_path / "undisturbed", "--image", "svg", "--workers", "2"),
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert in_essence(results_of(tmp_path / "undisturbed")) == in_essence(rows)


def test_drawing_processes_end_with_their_parent(fresh, tmp_path):
    source = a_file(tmp_path / "in.csv", many_records(ROWS))
    storage = Storage(f"sqlite:///{fresh / 'register.sqlite'}")
    process = subprocess.Popen(
        command(fresh, source, tmp_path / "out", "--workers", "2"), stderr=subprocess.DEVNULL, start_new_session=True
    )
    wait_for_rows(storage, process, 1)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 30
    while _someone_left(process.pid):
        assert time.monotonic() < deadline, "drawing processes are left behind"
    storage.close()


def _someone_left(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
