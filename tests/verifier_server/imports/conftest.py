"""A desk for imports: hand in a file, rehearse it, import it, undo it, and look at what became of it."""

from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from verifier_server.doses.tables import Dose
from verifier_server.imports import runs
from verifier_server.imports.files import Files
from verifier_server.imports.importing import import_file
from verifier_server.imports.rehearsing import rehearse
from verifier_server.imports.tables import ImportRow
from verifier_server.imports.undoing import undo_import
from verifier_server.people.tables import Person
from verifier_server.staff.tables import Account

from ..builders import NOW, a_file

MOST = 1 << 20


class Desk:
    """What tests of imports do, on one register."""

    def __init__(self, storage, folder):
        self.storage, self.folder, self.files = storage, folder, Files(folder / "instance")
        with storage.writing() as session:
            clerk = Account(
                email="importer@example.vn", password="-", active=True, fs_uniquifier="importer", created_at=NOW
            )
            session.add(clerk)
        self.clerk = clerk.id

    def hand_in(self, records, **how):
        """Hand in records as CSV, or a path; the import's number."""
        path = a_file(self.folder / "in.csv", records, **how) if isinstance(records, list) else records
        with path.open("rb") as file:
            arrived = self.files.receive(file, most=MOST)
        with self.storage.writing() as session:
            run, self.was_new = runs.hand_in(session, self.files, arrived, path.name, by=self.clerk, now=NOW)
            return run.id

    def rehearse(self, records, **how):
        """Hand in and rehearse; the import's number."""
        number = self.hand_in(records, **how)
        self.steps = list(rehearse(self.storage, self.files, number, NOW))
        return number

    def begin(self, number):
        with self.storage.writing() as session:
            runs.begin_import(session, number, by=self.clerk, now=NOW, job=False)

    def enter(self, number):
        """Import what was rehearsed."""
        self.begin(number)
        self.steps = list(import_file(self.storage, self.files, number, NOW))
        return number

    def import_all(self, records, **how):
        """Hand in, rehearse and import; the import's number."""
        return self.enter(self.rehearse(records, **how))

    def undo(self, number, now=NOW + 60):
        with self.storage.writing() as session:
            runs.begin_undo(session, number, by=self.clerk, now=now, job=False)
        self.steps = list(undo_import(self.storage, self.files, number, now))

    def run(self, number):
        with self.storage.reading() as session:
            return runs.run_numbered(session, number)

    def row(self, number, row):
        with self.storage.reading() as session:
            return session.get(ImportRow, (number, row))

    def findings(self, number):
        with self.storage.reading() as session:
            return runs.findings(session, number)

    def outcomes(self, number):
        with self.storage.reading() as session:
            return runs.outcomes(session, number)

    def all(self, table, *conditions):
        with self.storage.reading() as session:
            return list(session.scalars(select(table).where(*conditions).order_by(table.id)))

    def counted(self):
        """People who are not erased, and doses that stand."""
        with self.storage.reading() as session:
            there = Person.erased_at.is_(None)
            return SimpleNamespace(
                people=session.scalar(select(func.count()).select_from(Person).where(there)),
                doses=session.scalar(select(func.count()).select_from(Dose)),
            )


@pytest.fixture
def importing(storage, tmp_path):
    """The desk, once on each database."""
    return Desk(storage, tmp_path)


@pytest.fixture
def lite_importing(lite, tmp_path):
    """The desk, once: on SQLite unless CHECKPOINT_TESTS_ON says otherwise."""
    return Desk(lite, tmp_path)
