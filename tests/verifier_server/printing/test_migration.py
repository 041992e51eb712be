"""A register of the version before gets the tables of printing and of refusals; an older worker goes on beside them."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from verifier_server.migrations import upgrade

from ..old_registers import DATABASES, migrate, of_version

TABLES = {"print_run", "print_place", "sign_off_refusal"}
SITE = "INSERT INTO site (id, name, name_folded, open) VALUES (1, 'Trạm', 'trạm', true)"
SIGNED = (
    "INSERT INTO sign_off (id, site_id, day, signed_at, doses, last_person, passes, refused) "
    "VALUES ({0}, 1, '2021-07-30', 7, 3, 9, 1, 2)"
)


@pytest.fixture(params=DATABASES)
def before(request, tmp_path):
    """A register of the version before, with a day that was signed off and two people who got no pass."""
    with of_version(request, tmp_path, "0015") as storage:
        with storage.writing() as session:
            session.execute(text(SITE))
            session.execute(text(SIGNED.format(1)))
        yield storage


def test_the_tables_come_and_go_and_sign_offs_stay(before):
    upgrade(before)
    assert set(inspect(before.engine).get_table_names()) >= TABLES
    with before.writing() as session:  # as a worker of the version before does
        session.execute(text(SIGNED.format(2)))
    migrate(before, command.downgrade, "0015")
    assert not TABLES & set(inspect(before.engine).get_table_names())
    with before.reading() as session:
        assert session.scalar(text("SELECT sum(refused) FROM sign_off")) == 4
