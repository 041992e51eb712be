"""What has to be done with the signers of passes, from when on and by when: the rules of rotation.

The active key is replaced after so many days of signing, a week before its
window ends at the latest. Its successor is made as long before as scanners may
be offline, and a week. A spare of each form is pending at all times, in
separate custody; it has no turn, and signs only when no other key can. Pure:
signers and the time in, steps out. Leaves out doing them (``rotate``) and the
report around them (``report``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from keys import lifecycle
from keys.entry import KeyStatus, SignerEntry, iso
from keys.lifecycle import DAY, STALENESS_LIMIT, Signers

# Room for a list that is published late and for a holder on holiday.
SLACK = 7 * DAY
LEAD = STALENESS_LIMIT + SLACK
SIGN_DAYS = 90


class Kind(StrEnum):
    """What a step is."""

    ACTIVATE = "activate"
    EMERGENCY = "emergency"  # the spare, since no key signs
    PUBLISH = "publish"
    NEW = "new"
    NEW_SPARE = "new_spare"
    RETIRE = "retire"  # a pending key whose time is over


@dataclass(frozen=True)
class Step:
    """One thing to do with the signers of one form.

    :ivar keys: the names of the keys that it is about; the free name for a new one.
    :ivar not_before: before it, it is refused; None: never refused.
    :ivar at: when ``rotate`` does it. ``by``: when it must be done. All are Unix seconds.
    :ivar options: ends the command, so that it can be copied as it is (`` --keys DIR``).
    """

    form: str
    kind: Kind
    keys: tuple[str, ...]
    not_before: int | None
    at: int
    by: int
    options: str = ""

    @property
    def key(self) -> str:
        """The name of the key, or of the first one."""
        return self.keys[0]

    @property
    def what(self) -> str:
        """What to do, in words."""
        return {
            Kind.ACTIVATE: f"activate {self.key}",
            Kind.EMERGENCY: f"activate the spare {self.key}: no {self.form} key signs",
            Kind.PUBLISH: f"publish the trust list with {', '.join(self.keys)}",
            Kind.NEW: f"make the next {self.form} key",
            Kind.NEW_SPARE: f"make a spare {self.form} key, in a place apart",
            Kind.RETIRE: f"retire {self.key}: its time is over",
        }[self.kind]

    @property
    def command(self) -> str:
        """The command that does it: ``rotate`` from ``at`` on, but in an emergency the one that does this alone."""
        if self.kind is Kind.EMERGENCY:
            return f"checkpoint-keys activate {self.key}{self.options}"
        return f"checkpoint-keys rotate{' --apart DIR' if self.kind is Kind.NEW_SPARE else ''}{self.options}"


def steps(signers: Signers, form: str, now: int, options: str = "", *, sign_days: int = SIGN_DAYS) -> tuple[Step, ...]:
    """All that is to be done for a form: what gets a key to sign first, the spare after it."""
    ours = tuple(entry for entry in signers if entry.form == form)
    found = [*_to_sign(signers, form, now, sign_days), *_spare(signers, ours, form, now), *_over(ours, now)]
    return tuple(Step(*it, options=options) for it in found)


def change_at(active: SignerEntry, sign_days: int = SIGN_DAYS) -> int:
    """When the active key is to be replaced (Unix seconds): there is always a week left then."""
    began = max((event.at for event in active.history if event.status is KeyStatus.ACTIVE), default=active.sign_from)
    return min(active.sign_until - SLACK, began + sign_days * DAY)


def signs(signers: Signers, form: str, now: int) -> bool:
    """Whether there is a key that can sign passes of this form now."""
    active = lifecycle.active(signers, form)
    return active is not None and now < active.sign_until


def free_name(signers: Signers, form: str, start: int, suffix: str = "") -> str:
    """A name after the month in which the key begins to sign, with a number when that name exists."""
    taken = {entry.name for entry in signers}
    base = f"VN-{iso(start)[:7]}-{form}{suffix}"
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain((base,), numbered) if name not in taken)


_Found = tuple[str, Kind, tuple[str, ...], int | None, int, int]


def _to_sign(signers: Signers, form: str, now: int, sign_days: int) -> Iterator[_Found]:
    active = lifecycle.active(signers, form)
    waiting = [entry for entry in signers if entry.form == form and _may_sign(entry, now)]
    unpublished = tuple(entry.name for entry in waiting if entry.published_at is None)
    if active is None:
        yield from _without_active(waiting, now)
    else:
        yield from _in_turn(waiting, active, now, sign_days)
    if unpublished:
        yield form, Kind.PUBLISH, unpublished, None, now, now
    if active is None and not waiting:
        name = free_name(signers, form, now + STALENESS_LIMIT)
        yield form, Kind.NEW, (name,), None, now, now
    elif active is not None and successor(signers, form, now, sign_days) is None:
        change = change_at(active, sign_days)
        name = free_name(signers, form, max(change, now + STALENESS_LIMIT))
        yield form, Kind.NEW, (name,), None, max(now, change - LEAD), max(now, change + SLACK - LEAD)


def successor(signers: Signers, form: str, now: int, sign_days: int = SIGN_DAYS) -> SignerEntry | None:
    """The pending key that is in turn after the active one: it can sign until its own successor is known."""
    active = lifecycle.active(signers, form)
    change = max(now, change_at(active, sign_days)) if active else now
    fit = [
        entry
        for entry in signers
        if entry.form == form
        and _may_sign(entry, now)
        and not entry.spare
        and entry.sign_until >= change + (STALENESS_LIMIT if active else 0)
    ]
    return min(fit, key=_readiness, default=None)


def _in_turn(waiting: list[SignerEntry], active: SignerEntry, now: int, sign_days: int) -> Iterator[_Found]:
    following = successor((*waiting, active), active.form, now, sign_days)
    ready = lifecycle.ready_at(following) if following else None
    if following and ready is not None:
        change = change_at(active, sign_days)
        yield active.form, Kind.ACTIVATE, (following.name,), ready, max(ready, change), max(ready, change + SLACK)


def _without_active(waiting: list[SignerEntry], now: int) -> Iterator[_Found]:
    """A spare that is ready comes first: whoever stole a key may have the next one from the same folder."""
    published = [(lifecycle.ready_at(entry), entry) for entry in waiting]
    known = [(max(ready, now), not entry.spare, entry) for ready, entry in published if ready is not None]
    if known:
        ready, _, entry = min(known, key=lambda it: it[:2])
        kind = Kind.EMERGENCY if entry.spare else Kind.ACTIVATE
        yield entry.form, kind, (entry.name,), lifecycle.ready_at(entry), ready, ready


def _spare(signers: Signers, ours: Signers, form: str, now: int) -> Iterator[_Found]:
    # Its successor must be known to scanners while it can still sign until the next ordinary key is.
    if not any(entry.waits_as_spare and entry.sign_until >= now + 2 * LEAD for entry in ours):
        name = free_name(signers, form, now + STALENESS_LIMIT, "-spare")
        yield form, Kind.NEW_SPARE, (name,), None, now, now


def _over(ours: Signers, now: int) -> Iterator[_Found]:
    for entry in ours:
        if entry.status is KeyStatus.PENDING and entry.sign_until <= now:
            yield entry.form, Kind.RETIRE, (entry.name,), None, now, now


def _may_sign(entry: SignerEntry, now: int) -> bool:
    return entry.status is KeyStatus.PENDING and entry.sign_until > now


def _readiness(entry: SignerEntry) -> int:
    ready = lifecycle.ready_at(entry)
    return entry.sign_until if ready is None else ready
