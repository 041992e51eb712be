"""What a verification of the audit can find, and what it counts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum


class Difference(StrEnum):
    """What can differ."""

    LINK_MISSING = "link_missing"
    LINK_BEFORE_DIFFERS = "link_before_differs"
    EVENT_GONE = "event_gone"
    EVENT_DIFFERS = "event_differs"
    DETAIL_DIFFERS = "detail_differs"
    DETAIL_GONE = "detail_gone"
    DETAIL_WITHOUT_EVENT = "detail_without_event"
    EVENT_OUTSIDE = "event_outside"
    WAITING_WRONG = "waiting_wrong"
    TAIL_MISSING = "tail_missing"
    END_DIFFERS = "end_differs"
    HEAD_DIFFERS = "head_differs"
    OTHER_CHAIN = "other_chain"
    ROW_DIFFERS = "row_differs"
    ROW_GONE = "row_gone"
    ROW_WITHOUT_EVENT = "row_without_event"


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference: at which link and event, as far as there is one, and what it is."""

    kind: Difference
    link: int | None
    event: int | None
    detail: str

    def document(self) -> dict[str, object]:
        """Return it for a line of JSON."""
        return asdict(self)


@dataclass(slots=True)
class Count:
    """How much was looked at: links of the chain, details erased by law, events not sealed yet, rows of the register.

    ``older`` rows were there before the audit began, and no event tells of them.
    """

    links: int = 0
    erased: int = 0
    waiting: int = 0
    rows: int = 0
    older: int = 0
    head: str | None = None
    # By person, the newest erasure that is recorded.
    erasures: dict[int, int] = field(default_factory=dict, repr=False)
