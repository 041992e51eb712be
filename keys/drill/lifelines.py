"""The lives of the drill's signing keys as bars, one below the other, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from keys.drill import svg
from keys.drill.plan import START, Plan
from keys.entry import KeyStatus, SignerEntry
from keys.lifecycle import DAY

_COLOURS = {
    KeyStatus.PENDING: "#cfe3f7",
    KeyStatus.ACTIVE: "#2e7d4f",
    KeyStatus.RETIRED: "#d9d9d9",
    KeyStatus.REVOKED: "#ec7357",
}
LEGEND = [
    (_COLOURS[KeyStatus.PENDING], "pending (edge: spare)"),
    (_COLOURS[KeyStatus.ACTIVE], "signs"),
    (_COLOURS[KeyStatus.RETIRED], "retired"),
    (_COLOURS[KeyStatus.REVOKED], "revoked"),
]
_ROW, _BAR = 13.0, 10.0


def drawn(keys: Sequence[SignerEntry], plan: Plan, x: Callable[[float], float], top: float) -> tuple[str, float]:
    """The bars, and their height."""
    bars = [bar for row, entry in enumerate(keys) for bar in _bars(entry, plan, x, top + row * _ROW)]
    return "".join(bars), len(keys) * _ROW


def _bars(entry: SignerEntry, plan: Plan, x: Callable[[float], float], y: float) -> Iterable[str]:
    ends = [*(event.at for event in entry.history[1:]), START + plan.days * DAY]
    for event, end in zip(entry.history, ends, strict=True):
        start, until = (min(max(0.0, (at - START) / DAY), plan.days) for at in (event.at, end))
        edge = "#5b8db8" if entry.spare and event.status is KeyStatus.PENDING else None
        yield svg.box(x(start), y, x(until) - x(start), _BAR, _COLOURS[event.status], edge=edge)
