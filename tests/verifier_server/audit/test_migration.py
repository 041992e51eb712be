"""A register without an audit gets one; an older worker goes on meanwhile; two registers have two chains."""

import pytest
from alembic import command
from sqlalchemy import inspect, select, text

from verifier_server.audit.tables import AuditChain
from verifier_server.storage import Storage

from ..old_registers import DATABASES, migrate, of_version
from .builders import counted, recorded, sealed

PERSON = (
    "INSERT INTO person (id, name, name_folded, name_plain, birth, sex, created_at) "
    "VALUES ({0}, 'Lê Hòa', 'lê hòa', 'le hoa', 19900131, 'female', 0)"
)


@pytest.fixture(params=DATABASES)
def before(request, tmp_path):
    """A database with a person, of the version before the audit."""
    with of_version(request, tmp_path, "0005") as storage:
        with storage.writing() as session:
            session.execute(text(PERSON.format(1)))
        yield storage


def test_what_was_there_stays_and_the_chain_begins(before):
    migrate(before, command.upgrade, "0006")
    with before.writing() as session:
        session.execute(text(PERSON.format(2)))  # an older worker, which knows no audit
    assert counted(before).links == 0
    recorded(before, 2)
    assert sealed(before) == 2
    assert counted(before).links == 2
    with before.reading() as session:
        assert session.execute(text("SELECT count(*) FROM person")).scalar_one() == 2


def test_going_back_removes_the_audit_and_nothing_else(before):
    tables = set(inspect(before.engine).get_table_names())
    migrate(before, command.upgrade, "0006")
    recorded(before, 1)
    migrate(before, command.downgrade, "0005")
    assert set(inspect(before.engine).get_table_names()) == tables
    with before.reading() as session:
        assert session.execute(text("SELECT count(*) FROM person")).scalar_one() == 1


def test_each_register_has_a_chain_of_its_own(tmp_path):
    names = set()
    for number in range(2):
        storage = Storage(f"sqlite:///{tmp_path / f'{number}.sqlite'}")
        migrate(storage, command.upgrade, "0006")
        with storage.reading() as session:
            names.add(session.scalars(select(AuditChain.chain)).one())
        storage.close()
    assert len(names) == 2
