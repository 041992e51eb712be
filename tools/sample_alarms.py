"""Alarms for pictures: a clerk who came near the cap, a site that reached its own, and one that was looked at."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from verifier_server import schema
from verifier_server.alarms.raising import Occasion, acknowledge, raise_once
from verifier_server.alarms.tables import Alarm
from verifier_server.config import load_config
from verifier_server.sites.tables import Site
from verifier_server.staff.tables import Account
from verifier_server.storage import Storage

TABLES = schema.METADATA
DAY = 86_400


def make(instance: Path, now: int) -> None:
    """Raise them in the register of ``instance``."""
    storage = Storage(load_config(instance).database_url)
    with storage.writing() as session:
        clerk, administrator = (
            session.scalars(select(Account).where(Account.email == f"{name}@example.vn")).one()
            for name in ("clerk", "admin")
        )
        site = session.scalars(select(Site).order_by(Site.id)).first()
        raise_once(session, Occasion("cap_near", "account", clerk.id, None, 480, 600), by=clerk.id, now=now - DAY)
        first = session.scalars(select(Alarm)).one()
        acknowledge(session, first.id, "Ngày tiêm lớn tại phường, đã gọi điện hỏi.", account=administrator, now=now)
        raise_once(session, Occasion("cap_reached", "account", clerk.id, None, 600, 600), by=clerk.id, now=now)
        if site is not None:
            raise_once(session, Occasion("cap_near", "site", site.id, site.id, 1600, 2000), by=clerk.id, now=now)
    storage.close()
