"""Drawing the pictures of a run, in processes of their own: drawing is the dear part of issuing.

A picture follows from its pass alone, so after a crash the missing ones are drawn again and come
out the same. A picture is written beside its place and then renamed: there is a whole one or none.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from vaccine_pass.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType
    from typing import Self

# Enough for the pool's own costs to vanish, few enough for the queue to stay small.
BATCH = 32


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture to draw."""

    path: Path
    text: str
    status: str
    doses: int
    series: int | None


def draw(pictures: Iterable[Picture]) -> int:
    """Draw pictures that are not there yet; returns how many were drawn."""
    drawn = 0
    for picture in pictures:
        if picture.path.exists():
            continue
        picture.path.parent.mkdir(parents=True, exist_ok=True)
        temporary = picture.path.with_name(picture.path.name + ".part")
        temporary.write_bytes(_image(picture))
        temporary.replace(picture.path)
        drawn += 1
    return drawn


def _image(picture: Picture) -> bytes:
    from verifier_server.drawing import bulk_png, bulk_svg  # noqa: PLC0415  20 MB that a run without pictures saves

    words = {"status": Status(picture.status), "doses": picture.doses, "series": picture.series}
    if picture.path.suffix == ".svg":
        return bulk_svg(picture.text, **words).encode()
    return bulk_png(picture.text, **words)


class Drawers:
    """So many drawing processes; with one, drawing happens in this process."""

    def __init__(self, workers: int) -> None:
        self._waiting: list[Picture] = []
        self._running: set[Future[int]] = set()
        self._most = 4 * workers
        self._pool = (
            None
            if workers < 2
            else ProcessPoolExecutor(
                workers, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent
            )
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._send(everything=True)
            while self._running:
                self._collect()
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def add(self, picture: Picture) -> None:
        """Draw a picture soon; waits when too many are waiting, so that memory stays flat."""
        self._waiting.append(picture)
        self._send(everything=False)

    def _send(self, *, everything: bool) -> None:
        while len(self._waiting) >= BATCH or (everything and self._waiting):
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            if self._pool is None:
                draw(batch)
                continue
            while len(self._running) >= self._most:
                self._collect()
            self._running.add(self._pool.submit(draw, batch))

    def _collect(self) -> None:
        done, self._running = wait(self._running, return_when=FIRST_COMPLETED)
        for future in done:
            future.result()


def _end_with_parent() -> None:
    # Without this a killed parent leaves its drawing processes waiting for ever.
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
