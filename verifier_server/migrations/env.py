"""Alembic's entry: runs the migrations on the connection that `upgrade` hands over."""

from __future__ import annotations

from alembic import context

from verifier_server.schema import METADATA

# Any fixed number: on PostgreSQL two servers that start at once must not migrate at once.
_LOCK = 0x434B5051


def _run() -> None:
    connection = context.config.attributes["connection"]
    on_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection, target_metadata=METADATA, render_as_batch=on_sqlite, transactional_ddl=True
    )
    with connection.begin() if not connection.in_transaction() else connection.get_transaction():
        if not on_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        context.run_migrations()


_run()
