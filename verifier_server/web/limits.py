"""Limits on how often one place may ask, shared by all parts that need one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits.storage import MemoryStorage

if TYPE_CHECKING:
    from flask import Flask

_NAME = "checkpoint-limits"
_SWEEP_SECONDS = 60.0


class QuietMemory(MemoryStorage):
    """Counts in this worker's memory (``memory://``); a request now and then sweeps out what is over.

    The library's own starts a thread for the sweeping with nearly every request, which costs more than the counting.
    """

    STORAGE_SCHEME = ["memory"]  # what the library registers it under: from here on this is its class
    _swept = 0.0

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count a request; returns how many there were in its window."""
        now = time.time()
        if now - self._swept >= _SWEEP_SECONDS:
            self._swept = now
            for one in list(self.expirations):
                self.get(one)  # which forgets it when its window is over
        count = self.get(key) + amount
        self.storage[key] = count
        if count == amount:
            self.expirations[key] = now + expiry
        return count


def register(app: Flask) -> None:
    """Make the counter; where it counts is a setting (``rate_limit_storage``)."""
    app.extensions[_NAME] = Limiter(get_remote_address, app=app)


def limiter(app: Flask) -> Limiter:
    """The counter of this application."""
    found: Limiter = app.extensions[_NAME]
    return found
