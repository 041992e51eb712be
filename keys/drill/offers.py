"""What the network has to offer at any moment: every release that was ever published, kept as it was.

A thief keeps them too. Files do not change once they are out, so a kept release costs only links. Leaves out what a
scanner makes of an offer.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from keys.channel.release import Release


@dataclass(frozen=True)
class Offer:
    """A folder to update from: its release's number and when it was made, Unix seconds."""

    number: int
    made_at: int
    folder: Path


class Offers:
    """All releases of the year, in their order."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: list[Offer] = []

    def keep(self, release: Release, now: int) -> Offer:
        """Keep a release as it is published now; the same one again is kept once."""
        if not self._kept or self._kept[-1].number != release.number:
            offer = Offer(release.number, now, self._folder / f"{release.number:06d}")
            copy_by_links(release.public, offer.folder)
            self._kept.append(offer)
        return self._kept[-1]

    def newest(self, now: float) -> Offer:
        """What is published at a moment."""
        return self._kept[bisect_right(self._kept, now, key=_made) - 1]


def copy_by_links(source: Path, target: Path) -> None:
    """A copy of a folder whose files are the same files."""
    for path in source.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, copy)


def _made(offer: Offer) -> float:
    return offer.made_at
