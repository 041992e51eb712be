"""Killed just before each change to the disk, from the upload to the import's end: run again, all is there once."""

import shutil
from itertools import count

from tests.keys.killing import survives
from verifier_server.imports import runs
from verifier_server.imports.files import Files
from verifier_server.storage import Storage

from ..builders import a_file, many_records
from .conftest import Desk

ROWS = 8


def the_whole_way(folder, source):
    """What the command does: hand in, rehearse, import."""
    storage = Storage(f"sqlite:///{folder / 'register.sqlite'}")
    desk = Desk.__new__(Desk)
    desk.storage, desk.folder, desk.files, desk.clerk = storage, folder, Files(folder / "instance"), None
    number = desk.rehearse(source)
    desk.enter(number)
    storage.close()


def test_killed_before_any_change_to_the_disk_a_second_run_ends_it(tmp_path, empty_sqlite):
    source = a_file(tmp_path / "in.csv", many_records(ROWS))
    for step in count(1):
        folder = tmp_path / str(step)
        folder.mkdir()
        shutil.copy(empty_sqlite, folder / "register.sqlite")
        through = survives(lambda folder=folder: the_whole_way(folder, source), step)
        the_whole_way(folder, source)
        storage = Storage(f"sqlite:///{folder / 'register.sqlite'}")
        desk = Desk(storage, folder)
        counted = desk.counted()
        with storage.reading() as session:
            [run] = runs.newest(session, limit=9)
        storage.close()
        assert (counted.people, counted.doses, run.state, run.rows_done) == (ROWS, ROWS, "imported", ROWS)
        left = [path.name for path in desk.files.folder.iterdir()]
        # An upload that was cut off may lie there until the hourly duty, and nothing else.
        assert [name for name in left if not name.startswith("incoming-")] == []
        if through:
            break
    assert step > 5
