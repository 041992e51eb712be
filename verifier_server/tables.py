"""What every table of the register shares: one base, one naming rule, one kind of key.

Each part of the story keeps its own tables in its own folder; :mod:`verifier_server.schema`
gathers them for Alembic. Points in time are whole Unix seconds, as in a signed pass, so that
a row and a signature can be compared without a time zone in between.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase

# SQLite counts rows up by itself only in a column of the type INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")

# Constraints carry names, so that a later migration can find and change them on both databases.
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all tables of the register."""

    metadata = MetaData(naming_convention=_NAMES)
