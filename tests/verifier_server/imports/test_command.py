"""`checkpoint-server import`, also killed with SIGKILL at several moments: nothing lost, nothing doubled."""

import csv
import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select, text

from verifier_server.cli import main
from verifier_server.commands import init_db
from verifier_server.doses.tables import Dose
from verifier_server.imports.tables import ImportRow, ImportRun
from verifier_server.people.tables import Person
from verifier_server.storage import Storage

from ..builders import a_file, a_record, many_records

ROWS = 1_600


@pytest.fixture
def folder(tmp_path):
    """An instance folder."""
    init_db.run(tmp_path / "instance")
    return tmp_path / "instance"


@pytest.fixture
def register(folder):
    """Its register."""
    storage = Storage(f"sqlite:///{folder / 'register.sqlite'}")
    yield storage
    storage.close()


def called(folder, *arguments):
    return main(["--instance", str(folder), "import", *map(str, arguments)])


def counted(register):
    with register.reading() as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Person, Dose, ImportRow)]


def test_a_file_is_checked_entered_reported_and_undone(folder, register, tmp_path, capsys):
    source = a_file(tmp_path / "in.csv", [*many_records(3), a_record(dob="31/02/1990", phone="12")])
    assert called(folder, source, "--dry-run") == 1
    assert "import 1 is checked: 3 new, 1 refused" in capsys.readouterr().err
    assert counted(register) == [0, 0, 4]
    assert called(folder, source, "--report", tmp_path / "report.csv") == 1
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["outcome"] for row in rows] == ["entered", "entered", "entered", "refused"]
    assert rows[3]["columns"] == "dob; phone"
    assert called(folder, source) == 1
    assert "handed in before, imported" in capsys.readouterr().err
    assert counted(register) == [3, 3, 4]
    assert called(folder, "--undo", 1) == 0
    assert counted(register)[1] == 0
    assert list((folder / "imports").iterdir()) == []


@pytest.mark.parametrize("arguments", [(), ("a.csv", "--undo", "1"), ("--resume", "1", "--undo", "1")])
def test_a_wrong_call_is_named(folder, arguments):
    with pytest.raises(SystemExit) as ended:
        called(folder, *arguments)
    assert ended.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "said"), [(("--resume", "7"), "no import with the number 7"), (("nowhere.csv",), "cannot be read")]
)
def test_what_is_not_there_is_one_sentence(folder, capsys, arguments, said):
    assert called(folder, *arguments) == 1
    assert said in capsys.readouterr().err


def process(folder, *arguments):
    program = [sys.executable, "-m", "verifier_server.cli", "--instance", str(folder), "import", *map(str, arguments)]
    return subprocess.Popen(program, stderr=subprocess.DEVNULL)


def killed_when(register, started, ready):
    """Kill a process as soon as the register says so; False when it was over before."""
    deadline = time.monotonic() + 60
    while not ready():
        if started.poll() is not None:
            return False
        assert time.monotonic() < deadline, "the import does not get on"
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    return True


def test_killed_at_several_moments_an_import_ends_as_an_undisturbed_one(folder, register, tmp_path):
    records = many_records(ROWS)
    records[700] = a_record(dob="31/02/1990")
    source = a_file(tmp_path / "in.csv", records)

    def far(column, least):
        def ready():
            with register.reading() as session:
                found = session.execute(select(column).order_by(ImportRun.id.desc()).limit(1)).first()
            return bool(found and found[0] >= least)

        return ready

    for column, least in [(ImportRun.rows_checked, 500), (ImportRun.rows_done, 500), (ImportRun.rows_done, 1_000)]:
        assert killed_when(register, process(folder, source), far(column, least))
        with register.reading() as session:
            done = session.scalar(select(ImportRun.rows_done))
            entered = session.scalar(select(func.count()).select_from(ImportRow).where(ImportRow.outcome.is_not(None)))
        assert done == entered
    assert called(folder, "--resume", 1) == 1
    assert counted(register) == [ROWS - 1, ROWS - 1, ROWS]
    with register.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM import_row WHERE outcome = 'refused'")) == 1
        assert session.scalar(text("SELECT count(DISTINCT dose_id) FROM import_row")) == ROWS - 1
        events = session.scalar(text("SELECT count(*) FROM audit_event WHERE kind = 'dose_recorded'"))
    assert events == ROWS - 1


def test_killed_while_it_is_undone_it_goes_on(folder, register, tmp_path):
    source = a_file(tmp_path / "in.csv", many_records(260))
    assert called(folder, source) == 0
    for left in (160, 60):
        assert killed_when(register, process(folder, "--undo", 1), lambda left=left: counted(register)[1] <= left)
    assert called(folder, "--undo", 1) == 0
    assert counted(register)[1] == 0
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person).where(Person.erased_at.is_(None))) == 0
