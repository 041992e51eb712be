"""The servers of the other pages' tests: with a channel, and with passes to revoke."""

from ..approvals.conftest import app, other, town
from ..channel.conftest import admin, country, demo, first_country

__all__ = ["admin", "app", "country", "demo", "first_country", "other", "town"]
