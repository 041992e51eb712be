"""The tables come beside what is there, and go again without a loss."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from verifier_server.migrations import upgrade

from ..old_registers import DATABASES, migrate, of_version

PERSON = (
    "INSERT INTO person (id, name, name_folded, name_plain, birth, sex, created_at) "
    "VALUES (1, 'Lê Hòa', 'lê hòa', 'le hoa', 19900131, 'female', 0)"
)
REPORT = (
    "INSERT INTO correction_request (person_id, about, text, has_picture, made_at) VALUES (1, 'name', 'x', false, 7)"
)
TABLES = {"citizen_code", "citizen_session", "outgoing_message", "pass_reminder", "correction_request"}


@pytest.fixture(params=DATABASES)
def before(request, tmp_path):
    """A database of the version before with a person in it."""
    with of_version(request, tmp_path, "0013") as storage:
        with storage.writing() as session:
            session.execute(text(PERSON))
        yield storage


def test_who_was_there_can_report_and_an_older_worker_goes_on(before):
    upgrade(before)
    with before.writing() as session:
        session.execute(text(REPORT))
        session.execute(text(PERSON.replace("(1,", "(2,")))
        assert session.scalar(text("SELECT count(*) FROM person")) == 2


def test_back_to_the_version_before_no_person_is_lost(before):
    upgrade(before)
    with before.writing() as session:
        session.execute(text(REPORT))
    migrate(before, command.downgrade, "0013")
    assert not TABLES & set(inspect(before.engine).get_table_names())
    with before.reading() as session:
        assert session.execute(text("SELECT id, name FROM person")).all() == [(1, "Lê Hòa")]
