"""What a request needs besides its own data, made once by the application factory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, g

from verifier_server.checks import today_at

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flask import Flask
    from sqlalchemy.orm import Session

    from keys.store import KeyStore
    from verifier_server.config import ServerConfig
    from verifier_server.passes.desk import IssuingDesk
    from verifier_server.storage import Storage

_NAME = "checkpoint"


@dataclass(frozen=True)
class Services:
    """The configuration, the database, the keys, the issuing desk and the clock."""

    config: ServerConfig
    storage: Storage
    key_store: KeyStore
    desk: IssuingDesk
    clock: Callable[[], float]

    def now(self) -> int:
        """Whole Unix seconds."""
        return int(self.clock())

    def today(self) -> date:
        """The day in Vietnam."""
        return today_at(self.clock())


def provide(app: Flask, services: Services) -> None:
    """Hand the services to the application, and close each request's session at its end."""
    app.extensions[_NAME] = services
    app.teardown_appcontext(_close_session)


def services() -> Services:
    """Return the services of the current application."""
    found: Services = current_app.extensions[_NAME]
    return found


def reading() -> Session:
    """Return this request's session for reading; whoever writes opens ``storage.writing()``."""
    if "reading" not in g:
        g.reading = services().storage.session()
    session: Session = g.reading
    return session


def end_reading() -> None:
    """End the reading transaction, so that what was written since is seen by the next query."""
    if "reading" in g:
        g.reading.close()
        del g.reading


def _close_session(_error: BaseException | None) -> None:
    end_reading()
