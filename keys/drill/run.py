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
from keys.drill.office import KeyOffice
from keys.drill.plan import Plan, checked
from keys.drill.sabotage import cast
from keys.drill.scanner import Scanner
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


@dataclass
class Stage:
    """A year of the ministry, and a folder for scanners to live through it in: once, or again as other scanners."""

    year: Year
    folder: Path

    def tally(self, scanner: type[Scanner], *, processes: int = 1, tell: Tell = lambda _: None) -> Tally:
        """Play all scanners."""
        whole, tally = self.year.plan.scanners, Tally()
        done = _progress(tell, "scanners:", whole)
        for number, part in enumerate(_parts(_Players(self, scanner), processes), start=1):
            tally.add(part)
            done(min(number * _AT_ONCE, whole))
        return tally


def play(plan: Plan, *, sabotage: str | None = None, processes: int = 1, tell: Tell = lambda _: None) -> Played:
    """Play a drill; ``tell`` gets a line of progress now and then. Leaves nothing behind."""
    begun, who = time.monotonic(), cast(sabotage)
    with staged(plan, who.office, tell) as stage:
        tally = stage.tally(who.scanner, processes=processes, tell=tell)
    return Played(stage.year, tally, sabotage, time.monotonic() - begun)


@contextmanager
def staged(plan: Plan, office: type[KeyOffice] = KeyOffice, tell: Tell = lambda _: None) -> Iterator[Stage]:
    """Play the ministry's year, and keep it for as long as scanners need it."""
    checked(plan)
    in_memory = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ENOUGH
    with tempfile.TemporaryDirectory(
        prefix=f"checkpoint-drill-{os.getpid()}-", dir=_MEMORY if in_memory else None
    ) as name:
        folder = Path(name)
        yield Stage(Ministry(plan, folder, office).play(_progress(tell, "ministry: day", plan.days)), folder)


@dataclass
class _Players:
    """What a process needs in order to play some scanners."""

    stage: Stage
    scanner: type[Scanner]

    def play(self, numbers: range) -> Tally:
        tally = Tally()
        for number in numbers:
            tally.add(self.scanner(self.stage.year, number, self.stage.folder / "scanners" / str(number)).live())
        return tally


_players: list[_Players] = []  # in a process of the pool: what it was forked with


def _parts(players: _Players, processes: int) -> Iterator[Tally]:
    numbers = range(players.stage.year.plan.scanners)
    parts = [numbers[first : first + _AT_ONCE] for first in numbers[::_AT_ONCE]]
    if processes == 1:
        yield from map(players.play, parts)
        return
    # Forked, so that the year is there without being copied through a pipe.
    with multiprocessing.get_context("fork").Pool(processes, _begin, (players,)) as pool:
        yield from pool.imap(_played, parts)


def _begin(players: _Players) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the drill ends its processes
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _players.append(players)


def _played(numbers: range) -> Tally:
    return _players[-1].play(numbers)


def _progress(tell: Tell, what: str, whole: int) -> Callable[[int], None]:
    last = float("-inf")

    def told(done: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            tell(f"{what} {done} of {whole}")

    return told
