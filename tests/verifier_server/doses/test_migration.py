"""What was recorded before there were sign-offs counts; what an older worker records waits."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from verifier_server.migrations import upgrade

from ..old_registers import DATABASES, migrate, of_version

PERSON = (
    "INSERT INTO person (id, name, name_folded, name_plain, birth, sex, created_at) "
    "VALUES (1, 'Lê Hòa', 'lê hòa', 'le hoa', 19900131, 'female', 0)"
)
DOSE = (
    "INSERT INTO dose (id, person_id, number, vaccine, given_on, recorded_at) "
    "VALUES ({0}, 1, {0}, 'AZ', '2021-07-0{0}', 7)"
)


@pytest.fixture(params=DATABASES)
def before(request, tmp_path):
    """A database of the version before with one dose in it."""
    with of_version(request, tmp_path, "0011") as storage:
        with storage.writing() as session:
            session.execute(text(PERSON))
            session.execute(text(DOSE.format(1)))
        yield storage


def test_a_dose_of_before_counts_and_one_of_an_older_worker_waits(before):
    upgrade(before)
    with before.writing() as session:
        session.execute(text(DOSE.format(2)))
        rows = session.execute(text("SELECT version, source, signed_off_at FROM dose ORDER BY id")).all()
    assert rows == [(1, "site", 7), (1, "site", None)]


def test_back_to_the_version_before_no_dose_is_lost(before):
    upgrade(before)
    migrate(before, command.downgrade, "0011")
    assert "dose_version" not in inspect(before.engine).get_table_names()
    with before.reading() as session:
        assert session.execute(text("SELECT id, vaccine FROM dose")).all() == [(1, "AZ")]
