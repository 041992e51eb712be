"""The schema through time."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select

from verifier_server.migrations import is_current, upgrade
from verifier_server.people.tables import Person
from verifier_server.schema import METADATA
from verifier_server.storage import Storage

from .builders import a_person


def test_the_migrations_make_what_the_code_describes(storage):
    with storage.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, METADATA) == []


def test_migrating_again_changes_nothing_and_loses_nothing(storage):
    with storage.writing() as session:
        a_person(session)
    upgrade(storage)
    assert is_current(storage)
    with storage.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 1


def test_an_empty_database_is_not_current(tmp_path):
    storage = Storage(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    assert not is_current(storage)
    assert inspect(storage.engine).get_table_names() == []
    storage.close()
