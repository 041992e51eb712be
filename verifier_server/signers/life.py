"""The life of a signing key as stretches of time: what was, what is, and what is planned.

Pure: signers and the time in, life lines out. What was comes from the key's history, what will
be from its own times in the trust list. Left out: how it is drawn (`drawing`), in which words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from keys import lifecycle
from keys.entry import KeyStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from keys.entry import SignerEntry


class Phase(StrEnum):
    """What a key does during a stretch of its life."""

    PENDING = "pending"
    SPARE = "spare"  # it waits like a pending key, but for no day: it signs when another is lost
    ACTIVE = "active"
    PLANNED = "planned"  # it may sign then, but nobody has activated it yet
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A phase from one Unix second to another."""

    phase: Phase
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LifeLine:
    """A key's stretches in order, without gaps or overlaps, and when it was revoked, if it was."""

    entry: SignerEntry
    stretches: tuple[Stretch, ...]
    revoked_at: int | None

    def during(self, phase: Phase) -> tuple[Stretch, ...]:
        """The stretches of one phase; there is at most one in a life without errors."""
        return tuple(one for one in self.stretches if one.phase is phase)


def life_line(entry: SignerEntry, now: int, *, next_to_sign: bool = False) -> LifeLine:
    """The life of one key.

    :param now: Unix seconds; a plan never begins in the past.
    :param next_to_sign: this pending key is the one to be activated next. For another pending key no
        day is planned, so it is drawn as waiting for as long as it may be activated.
    """
    turns = [(event.at, event.status) for event in entry.history] or [(entry.created_at, entry.status)]
    last_at, last = turns[-1]
    found: list[Stretch] = []
    for (at, status), (end, _next) in pairwise(turns):
        found += _between(entry, status, at, end)
    if last is KeyStatus.PENDING:
        found += _waiting(entry, last_at, now, next_to_sign=next_to_sign)
    else:
        found += _between(entry, last, last_at, min(entry.accept_until, entry.left_at or entry.accept_until))
    return LifeLine(entry, _joined(found), last_at if last is KeyStatus.REVOKED else None)


def _between(entry: SignerEntry, status: KeyStatus, at: int, end: int) -> Iterator[Stretch]:
    """What a key of this status does between two moments."""
    if status is KeyStatus.ACTIVE:
        # It signs no more when its window is over, also when nobody retired it.
        yield Stretch(Phase.ACTIVE, at, min(end, entry.sign_until))
        yield Stretch(Phase.RETIRED, max(at, entry.sign_until), end)
    elif status is not KeyStatus.REVOKED:
        phase = _waits_as(entry) if status is KeyStatus.PENDING else Phase(status.value)
        yield Stretch(phase, _begun(entry, status, at), end)


def _waiting(entry: SignerEntry, at: int, now: int, *, next_to_sign: bool) -> Iterator[Stretch]:
    """A pending key's waiting, and what is planned after it."""
    start, ready = _begun(entry, KeyStatus.PENDING, at), lifecycle.ready_at(entry)
    if ready is None or not next_to_sign:
        yield Stretch(_waits_as(entry), start, entry.sign_until)
        return
    begin = max(ready, now)
    yield Stretch(_waits_as(entry), start, begin)
    yield Stretch(Phase.PLANNED, begin, entry.sign_until)
    yield Stretch(Phase.RETIRED, max(begin, entry.sign_until), entry.accept_until)


def _waits_as(entry: SignerEntry) -> Phase:
    return Phase.SPARE if entry.spare else Phase.PENDING


def _begun(entry: SignerEntry, status: KeyStatus, at: int) -> int:
    # Waiting counts from the day on which scanners could hear of the key.
    return max(at, entry.published_at or at) if status is KeyStatus.PENDING else at


def _joined(found: list[Stretch]) -> tuple[Stretch, ...]:
    """Without empty stretches, and with neighbours of one phase as one."""
    joined: list[Stretch] = []
    for one in (one for one in found if one.start < one.end):
        if joined and joined[-1].phase is one.phase and joined[-1].end == one.start:
            joined[-1] = Stretch(one.phase, joined[-1].start, one.end)
        else:
            joined.append(one)
    return tuple(joined)
