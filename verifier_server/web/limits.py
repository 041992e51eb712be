"""Limits on how often one place may ask, shared by all parts that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

if TYPE_CHECKING:
    from flask import Flask

_NAME = "checkpoint-limits"


def register(app: Flask) -> None:
    """Make the counter; where it counts is a setting (``rate_limit_storage``)."""
    app.extensions[_NAME] = Limiter(get_remote_address, app=app)


def limiter(app: Flask) -> Limiter:
    """The counter of this application."""
    found: Limiter = app.extensions[_NAME]
    return found
