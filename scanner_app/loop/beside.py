"""Reads a loop that is held before the window's own camera, in a thread beside it, and updates the device.

An officer has nothing to press: what comes whole is an update like any other, and the window takes the new set
as it takes another process's (`scanner_app.following`). Verdicts never wait for it: texts are handed over and
dropped when it is behind, since the loop comes round again. Left out: what the window shows otherwise.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from keys.client.store import DeviceStore
from scanner_app.labels import LOOP_CODE
from scanner_app.loop import labels
from scanner_app.pinned import built_in, root_to_pin
from scanner_app.words import Words
from vaccine_pass.errors import CheckpointError

if TYPE_CHECKING:
    from keys.loop.taking import Taking

log = logging.getLogger(__name__)

WAITING_MOST = 64
REST_SECONDS = 4.0
"""After an update, or when the device held it already, so long nothing is begun anew."""


class LoopReader:
    """Takes texts in from the window until `stop`.

    Args:
        store: the device's folder, which must have its root pinned: a window enrols nobody.
        clock: monotonic seconds.
    """

    def __init__(self, store: DeviceStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._texts: queue.Queue[str | None] = queue.Queue(WAITING_MOST)
        self._taking: Taking | None = None
        self._rests_until = 0.0
        self._thread = threading.Thread(target=self._run, name="loop", daemon=True)
        self.words: Words = LOOP_CODE
        """What the scan screen says of the loop that is in sight."""

    def start(self) -> None:
        """Start waiting for texts."""
        self._thread.start()

    def stop(self, patience: float = 5.0) -> bool:
        """End the thread; True when it was gone within `patience` seconds. An update on its way is finished."""
        while self._thread.is_alive():
            try:
                self._texts.put_nowait(None)
                break
            except queue.Full:
                self._drop_one()
        if self._thread.is_alive():
            self._thread.join(patience)
        return not self._thread.is_alive()

    def offer(self, texts: Sequence[str]) -> Words:
        """Hand the texts of one frame over; what to say of the loop now."""
        for text in texts:
            if not self._texts.full():
                self._texts.put_nowait(text)
        return self.words

    def take(self, text: str) -> None:
        """Take one text in, on the reader's own thread."""
        if self._clock() < self._rests_until:
            return
        try:
            done = self._current().take(text)
        except CheckpointError as error:
            log.warning("the loop of codes is not taken: %s", error.message)
            self._rest(LOOP_CODE if error.code == "no_root" else labels.refused(error.code))
            return
        if done is not None:
            self._rest(labels.UPDATED if done else labels.HELD_ALREADY)
        else:
            self._go_on(self._current())

    def _go_on(self, taking: Taking) -> None:
        if taking.progress is None and taking.refusal is not None:
            # Begun anew after a rest: what was refused may be right later, such as after the clock was corrected.
            self._rest(labels.refused(taking.refusal.code))
        else:
            self.words = labels.progress(taking.progress)

    def _current(self) -> Taking:
        if self._taking is None:
            from keys.loop.taking import Taking  # noqa: PLC0415  loads TUF, which judging does without

            self._taking = Taking(self._store, root=root_to_pin(self._store, None, built_in()))
        return self._taking

    def _rest(self, words: Words) -> None:
        self.words, self._taking = words, None
        self._rests_until = self._clock() + REST_SECONDS

    def _drop_one(self) -> None:
        try:
            self._texts.get_nowait()
        except queue.Empty:
            return

    def _run(self) -> None:
        while (text := self._texts.get()) is not None:
            try:
                self.take(text)
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the reading
                log.error("reading a loop failed: %s: %s", type(error).__name__, error)  # noqa: TRY400 - no traceback
                self._rest(LOOP_CODE)
