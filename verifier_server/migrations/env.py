"""Alembic's entry: runs the migrations on the connection that `upgrade` hands over."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from alembic import context

from verifier_server.schema import METADATA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

# Any fixed number: on PostgreSQL two servers that start at once must not migrate at once.
_LOCK = 0x434B5051


def _run() -> None:
    connection = context.config.attributes["connection"]
    on_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=METADATA,
        render_as_batch=on_sqlite,
        transactional_ddl=True,
        # Each version's locks end with it.
        transaction_per_migration=not on_sqlite,
    )
    if on_sqlite:
        with connection.begin() if not connection.in_transaction() else connection.get_transaction():
            context.run_migrations()
        return
    with _alone(connection):
        context.run_migrations()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    # Until the session ends and not the transaction: there is one for each version.
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({_LOCK})")
    connection.exec_driver_sql(f"SET lock_timeout = {context.config.attributes['longest_wait']}")
    connection.commit()
    try:
        yield
    finally:
        connection.rollback()
        connection.exec_driver_sql("RESET lock_timeout")
        connection.exec_driver_sql(f"SELECT pg_advisory_unlock({_LOCK})")
        connection.commit()


_run()
