"""Notices that another process switched the device's trust data, and loads the new set beside the window.

A thread looks at two small files; when the name of the current set changes, the whole set is read, verified
by its hashes and made into a verifier there. The window takes it in one step on its own thread, so that no
verdict is half old and half new. Left out: updating (`updating`), and what the window does with it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from keys.client.clock import DeviceClock
from keys.client.store import DeviceStore
from keys.errors import KeysError
from scanner_app.device import clock_of, held_by
from scanner_app.trustfile import verifier_for
from vaccine_pass.errors import CheckpointError
from vaccine_pass.trust import TrustData
from vaccine_pass.verify import Verifier

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks; a look reads about 50 bytes."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A whole set to go on with.

    :ivar is_damaged: True when this is the good set before one that is damaged.
    :ivar was_reset: True when a supervisor set the last-seen time back: the clock begins anew.
    """

    trust: TrustData
    verifier: Verifier
    clock: DeviceClock
    is_demo: bool
    is_damaged: bool
    was_reset: bool


class Damaged:
    """Nothing on the device is whole: what the window holds in memory goes on."""


class Follower:
    """Looks at the device's folder until `stop`.

    Args:
        store: the device's folder.
        known: the name of the set that the window began with (`DeviceTrust.set_name`).
        wake: called from the thread when `take` has something.
        every: seconds between two looks.
    """

    def __init__(self, store: DeviceStore, known: str, wake: Callable[[], object], every: float = LOOK_EVERY) -> None:
        self._store = store
        self._known = known
        self._wake = wake
        self._every = every
        self._seen = store.last_seen()
        self._offered: Fresh | Damaged | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="follow", daemon=True)

    def start(self) -> None:
        """Start looking."""
        self._thread.start()

    def stop(self, patience: float = 5.0) -> bool:
        """End the thread; True when it was gone within `patience` seconds."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(patience)
        return not self._thread.is_alive()

    def take(self) -> Fresh | Damaged | None:
        """What was found since the last time, the newest only."""
        offered, self._offered = self._offered, None
        return offered

    def look(self) -> None:
        """Look once, and offer what is new."""
        name, seen = self._store.pointed(), self._store.last_seen()
        was_reset, self._seen = seen < self._seen, seen
        if name == self._known and not was_reset:
            return
        # The name is read before the set: a switch in between is seen by the next look.
        self._known = name
        self._offered = self._load(was_reset=was_reset)
        self._wake()

    def _load(self, *, was_reset: bool) -> Fresh | Damaged:
        try:
            held = held_by(self._store)
            clock = clock_of(self._store, held.floor)
            verifier = verifier_for(held.trust, clock)
        except CheckpointError as error:
            log.error("the new trust data is not used: %s", error.message)  # noqa: TRY400 - one sentence, no traceback
            return Damaged()
        return Fresh(held.trust, verifier, clock, held.manifest.is_demo, bool(held.note), was_reset)

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self.look()
            except KeysError as error:  # the card is away for a moment; the next look tries again
                log.info("the device's folder cannot be read: %s", error.message)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the following
                log.error("looking for new trust data failed: %s: %s", type(error).__name__, error)  # noqa: TRY400
