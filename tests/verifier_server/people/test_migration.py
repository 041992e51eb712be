"""The migration that brings papers: on data of the version before, and while an older worker still writes."""

import pytest
from alembic import command
from sqlalchemy import text

from ..old_registers import DATABASES, migrate, of_version

OLDER = (
    "INSERT INTO person (id, name, name_folded, name_plain, birth, sex, id_number, created_at) "
    "VALUES (:id, 'Lê An', 'lê an', 'le an', 19900000, 'other', :number, 1)"
)
NUMBERS = {1: "001190000003", 2: "012345678", 3: "C1234567", 4: None}


@pytest.fixture(params=DATABASES)
def old(request, tmp_path):
    """A register of the version before, with four people."""
    with of_version(request, tmp_path, "0008") as storage:
        with storage.writing() as session:
            for person, number in NUMBERS.items():
                session.execute(text(OLDER), {"id": person, "number": number})
        yield storage


def rows(storage, query):
    with storage.reading() as session:
        return [tuple(row) for row in session.execute(text(query))]


def test_each_number_becomes_a_paper_and_an_older_worker_goes_on(old):
    migrate(old, command.upgrade, "0009b")
    papers = rows(old, "SELECT person_id, kind, number, country, noted_at FROM person_identifier ORDER BY person_id")
    assert papers == [
        (1, "cccd", "001190000003", "VN", 1),
        (2, "cmnd", "012345678", "VN", 1),
        (3, "passport", "C1234567", "VN", 1),
    ]
    with old.writing() as session:
        session.execute(text(OLDER), {"id": 5, "number": "001190000005"})
    assert rows(old, "SELECT version, merged_into, erased_at FROM person WHERE id = 5") == [(1, None, None)]
    migrate(old, command.downgrade, "0008")
    assert [number for _, number in rows(old, "SELECT id, id_number FROM person ORDER BY id")][:4] == [
        *NUMBERS.values()
    ]
