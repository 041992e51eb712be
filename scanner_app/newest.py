"""A queue of one: the newest thing wins, what nobody took in time is dropped.

A decoder that is slower than the camera must see the present, not a backlog.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """Hands the newest value from one thread to another."""

    def __init__(self) -> None:
        self._ready = threading.Condition()
        self._value: T | None = None
        self._closed = False

    def put(self, value: T) -> None:
        """Offer `value` in place of whatever is still waiting."""
        with self._ready:
            self._value = value
            self._ready.notify()

    def take(self) -> T | None:
        """Wait for a value; None means closed."""
        with self._ready:
            self._ready.wait_for(lambda: self._closed or self._value is not None)
            value, self._value = self._value, None
            return None if self._closed else value

    def close(self) -> None:
        """Let every waiting thread go."""
        with self._ready:
            self._closed = True
            self._ready.notify_all()
