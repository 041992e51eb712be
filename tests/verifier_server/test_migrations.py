"""The schema through time."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, select, text

from verifier_server.migrations import is_current, upgrade, works_with
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
    assert not works_with(storage)
    assert inspect(storage.engine).get_table_names() == []
    storage.close()


def test_a_version_works_with_the_database_of_a_later_one_and_leaves_it_alone(storage):
    with storage.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    assert not is_current(storage)
    assert works_with(storage)
    upgrade(storage)
    with storage.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9001"


def test_a_database_of_an_earlier_version_is_to_be_migrated_first(storage):
    with storage.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0016'"))
    assert not works_with(storage)
