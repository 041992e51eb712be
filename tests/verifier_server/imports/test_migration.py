"""A register of the version before gets the tables of imports; an older worker goes on beside them."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from verifier_server.migrations import upgrade

from ..old_registers import DATABASES, migrate, of_version

PERSON = (
    "INSERT INTO person (id, name, name_folded, name_plain, birth, sex, created_at) "
    "VALUES ({0}, 'Lê Hòa', 'lê hòa', 'le hoa', 19900131, 'female', 7)"
)


@pytest.fixture(params=DATABASES)
def before(request, tmp_path):
    """A register of the version before, with a person."""
    with of_version(request, tmp_path, "0014") as storage:
        with storage.writing() as session:
            session.execute(text(PERSON.format(1)))
        yield storage


def test_the_tables_come_and_go_and_people_stay(before):
    upgrade(before)
    assert {"import_run", "import_row"} <= set(inspect(before.engine).get_table_names())
    with before.writing() as session:  # as a worker of the version before does
        session.execute(text(PERSON.format(2)))
    migrate(before, command.downgrade, "0014")
    assert "import_run" not in inspect(before.engine).get_table_names()
    with before.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM person")) == 2
