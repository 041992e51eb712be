"""Updates from the enrolled channel while the window runs, in a thread of its own.

No network is no news: the age of the data on the screen says all that an officer needs. The window takes a
new set as it takes another process's (`following`). Left out: the network itself (`online`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

from keys.client import enrolled
from keys.client.errors import UpdateRefused
from keys.client.sources import Source
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.loop import keeping
from scanner_app import online
from scanner_app.device import held_by
from scanner_app.pinned import built_in, root_to_pin
from vaccine_pass.errors import CheckpointError

log = logging.getLogger(__name__)


class Updater:
    """Updates at once and then every so often, until `stop`."""

    def __init__(self, store: DeviceStore, minutes: float) -> None:
        self._store = store
        self._seconds = minutes * 60
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="update", daemon=True)

    def start(self) -> None:
        """Start updating."""
        self._thread.start()

    def stop(self, patience: float = 2.0) -> bool:
        """End the thread; True when it was gone within `patience` seconds.

        A server that says nothing cannot be interrupted at once: the thread is a daemon and dies with the
        process, as a power cut would end it (docs/adr/0012).
        """
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(patience)
        return not self._thread.is_alive()

    def update_once(self) -> None:
        """One update and its receipt; whatever refuses or fails leaves what the device holds."""
        try:
            known = enrolled.load(self._store.root)
            if known is None:
                return
            source = _Stoppable(online.channel(known.channel), self._stopping)
            done = update(self._store, source, time.time(), root=root_to_pin(self._store, None, built_in()))
            keeping.fetch(self._store, source)
            online.tell(self._store, held_by(self._store), done.now)
        except CheckpointError as error:
            log.info("no update: %s", error.message)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the updates
            log.error("the update failed: %s: %s", type(error).__name__, error)  # noqa: TRY400 - no traceback

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.update_once()
            self._stopping.wait(self._seconds)


class _Stoppable:
    """A source that ends with the window."""

    def __init__(self, source: Source, stopping: threading.Event) -> None:
        self._source, self._stopping = source, stopping
        self.name = source.name

    def read(self, path: str, seconds: float) -> Iterator[bytes]:
        """The file's pieces; see `Source.read`."""
        for piece in self._source.read(path, seconds):
            if self._stopping.is_set():
                raise UpdateRefused("The update was given up: the window closes.", code="update_stopped")
            yield piece
