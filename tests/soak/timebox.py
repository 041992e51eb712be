"""How long the soak tests run, from which seed, and what they tell meanwhile."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator

MINUTES = float(os.environ.get("CHECKPOINT_SOAK_MINUTES", "10"))
SEED = int(os.environ.get("CHECKPOINT_SOAK_SEED", "20210730"))
TELL_EVERY = 30
"""Seconds between two lines of progress."""


def rounds(what: str, tell: Callable[[str], None], minutes: float = MINUTES) -> Iterator[random.Random]:
    """Yield a new seeded source of chance for each round, until the time is over."""
    begun = told = time.monotonic()
    number = 0
    while (now := time.monotonic()) - begun < minutes * 60:
        if now - told >= TELL_EVERY:
            told = now
            tell(f"{what}: {number} rounds in {(now - begun) / 60:.1f} of {minutes:g} minutes")
        yield random.Random(f"{SEED} {number}")
        number += 1


def table(title: str, counts: Counter) -> str:
    """(row, column) counts as lines of text, with the sums."""
    rows, columns = (sorted({key[n] for key in counts}) for n in (0, 1))
    lines = [f"{title}: {counts.total():,} tried"]
    for column in columns:
        parts = [f"{row} {counts[row, column]:,}" for row in rows if counts[row, column]]
        total = sum(counts[row, column] for row in rows)
        lines.append(f"  {column:22} {total:9,}   {', '.join(parts)}")
    return "\n".join(lines)
