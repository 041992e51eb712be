"""A whole drill: the ministry's year first, then each scanner's, side by side in several processes.

Scanners change nothing that others see, so they can be played in any order and any number of processes; each has
luck of its own, and the figures are the same. Everything lies in one temporary folder, in memory where there is one:
power cuts are other tests' matter.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from keys.drill.ministry import Ministry, Year
from keys.drill.plan import Plan, checked
from keys.drill.sabotage import cast
from keys.drill.tally import PROMISES, Tally

Tell = Callable[[str], None]

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own with a name of chance is made in it
_ENOUGH = 1 << 30
_AT_ONCE = 4  # scanners that a process plays before it reports
_EVERY = 5.0  # seconds between two lines of progress


@dataclass
class Played:
    """A drill that was played: what the ministry did, what scanners said, and how long it took in seconds."""

    year: Year
    tally: Tally
    sabotage: str | None
    seconds: float

    @property
    def broken(self) -> tuple[str, ...]:
        """The promises that were not kept."""
        figures = self.tally.figures()
        return tuple(name for name in PROMISES if figures[name])

    def document(self) -> dict[str, object]:
        """All figures as one JSON object."""
        plan = self.year.plan
        return {
            **self.tally.figures(),
            "days": plan.days,
            "scanners": plan.scanners,
            "seed": plan.seed,
            "sabotage": self.sabotage,
            "broken": list(self.broken),
            "news": self.tally.news_figures(),
            "updates": self.tally.update_figures(),
            **self.year.counts,
            "seconds": round(self.seconds, 1),
        }


def play(plan: Plan, *, sabotage: str | None = None, processes: int = 1, tell: Tell = lambda _: None) -> Played:
    """Play a drill; ``tell`` gets a line of progress now and then. Leaves nothing behind."""
    checked(plan)
    begun = time.monotonic()
    with _folder() as folder:
        ministry = Ministry(plan, folder, cast(sabotage).office)
        year = ministry.play(_progress(tell, "ministry: day", plan.days))
        tally = Tally()
        done = _progress(tell, "scanners:", plan.scanners)
        for number, part in enumerate(_parts(_Stage(year, folder, sabotage), processes), start=1):
            tally.add(part)
            done(min(number * _AT_ONCE, plan.scanners))
    return Played(year, tally, sabotage, time.monotonic() - begun)


@dataclass
class _Stage:
    """What a process needs in order to play some scanners."""

    year: Year
    folder: Path
    sabotage: str | None

    def play(self, numbers: range) -> Tally:
        tally = Tally()
        for number in numbers:
            scanner = cast(self.sabotage).scanner(self.year, number, self.folder / "scanners" / str(number))
            tally.add(scanner.live())
        return tally


_stage: list[_Stage] = []  # in a process of the pool: what it was forked with


def _parts(stage: _Stage, processes: int) -> Iterator[Tally]:
    numbers = range(stage.year.plan.scanners)
    parts = [numbers[first : first + _AT_ONCE] for first in numbers[::_AT_ONCE]]
    if processes == 1:
        yield from map(stage.play, parts)
        return
    # Forked, so that the year is there without being copied through a pipe.
    with multiprocessing.get_context("fork").Pool(processes, _begin, (stage,)) as pool:
        yield from pool.imap(_played, parts)


def _begin(stage: _Stage) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the drill ends its processes
    _stage.append(stage)


def _played(numbers: range) -> Tally:
    return _stage[-1].play(numbers)


@contextmanager
def _folder() -> Iterator[Path]:
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    with tempfile.TemporaryDirectory(prefix="checkpoint-drill-", dir=_MEMORY if in_memory else None) as folder:
        yield Path(folder)


def _progress(tell: Tell, what: str, whole: int) -> Callable[[int], None]:
    last = time.monotonic()

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            tell(f"{what} {done} of {whole}")

    return told
