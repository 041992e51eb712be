"""A register of the first version comes to know batches: what was revoked stays so, and can be undone."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from verifier_server.migrations import upgrade
from verifier_server.revocation.selection import Selection
from verifier_server.revocation.work import carry_out
from verifier_server.staff.accounts import add_roles

from ..builders import NOW
from ..old_registers import DATABASES, migrate, of_version
from .builders import decided, revoked, staff, state

PERSON = (
    "INSERT INTO person (id, name, name_folded, name_plain, birth, sex, created_at) "
    "VALUES (1, 'Lê Hòa', 'lê hòa', 'le hoa', 19900131, 'female', 0)"
)
PASS = (
    "INSERT INTO issued_pass (id, person_id, form, serial, kid, text, status, doses, state, issued_at, expires_at, "
    "revoked_at) VALUES (1, 1, 'domestic', 7, '0123456789abcdef', 'VN1:X', 'none', 0, '-', 0, 9, 5)"
)


@pytest.fixture(params=DATABASES)
def first_version(request, tmp_path):
    """A database of the first version with one revoked pass in it."""
    with of_version(request, tmp_path, "0001") as storage:
        with storage.writing() as session:
            session.execute(text(PERSON))
            session.execute(text(PASS))
        yield storage


def test_what_was_revoked_stays_so_and_can_be_undone(first_version):
    upgrade(first_version)
    assert state(first_version) == [(1, 5, None, None)]
    with first_version.writing() as session:
        add_roles(session)
    staff(first_version)
    carry_out(first_version, decided(first_version, Selection("pass", "7"), "unrevoke").id, now=NOW)
    assert revoked(first_version) == set()


def test_back_to_the_first_version_nothing_of_the_passes_is_lost(first_version):
    upgrade(first_version)
    migrate(first_version, command.downgrade, "0001")
    assert "revocation_batch" not in inspect(first_version.engine).get_table_names()
    with first_version.reading() as session:
        assert session.execute(text("SELECT id, serial, revoked_at FROM issued_pass")).all() == [(1, 7, 5)]
