"""The lists of one release together: what they say is revoked, and whether the online key went too far.

The base is the list that a threshold of holders approved; before they ever did, it is the online
key's own.  The delta is the online key's: it can only add to the base, so that nothing the holders
approved can be taken away by whoever steals that key; and the cap says how much it may add
(docs/adr/0017).  Publisher and scanner ask the same questions here.  Left out: who signed what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from vaccine_pass.revocation import cap, issued, serial_list, unrevocations
from vaccine_pass.revocation.effective import RevocationList, combine
from vaccine_pass.revocation.issued import Issued
from vaccine_pass.revocation.serial_list import SerialList
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.revocation.unrevocations import Unrevocations

_Read = TypeVar("_Read")
NOTHING = SerialSet()


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one release.

    :ivar approved: the base that holders approved; None before they ever did.
    :ivar base: the online key's base, which counts only as long as there is no approved one.
    :ivar delta: what the online key adds to whichever of the two is the base.
    :ivar unrevoked: what holders took back.
    :ivar issued: how many serials were handed out, as holders say.
    """

    approved: SerialList | None = None
    base: SerialList | None = None
    delta: SerialList | None = None
    unrevoked: Unrevocations | None = None
    issued: Issued | None = None

    @property
    def effective_base(self) -> SerialList | None:
        """The list that a delta is a delta of; None when there is no list at all."""
        return self.approved or self.base

    @property
    def approved_serials(self) -> SerialSet:
        """What holders approved, nothing at first."""
        return self.approved.serials if self.approved else NOTHING

    @property
    def unrevoked_serials(self) -> SerialSet:
        """What holders took back."""
        return self.unrevoked.serials if self.unrevoked else NOTHING

    def listed(self) -> SerialSet:
        """Return all that is listed, also what was taken back."""
        base = self.effective_base
        listed = base.serials if base else NOTHING
        return listed | self.delta.serials if self.delta else listed

    def online(self) -> SerialSet:
        """Return what the online key has added to what holders approved."""
        if self.approved is None:
            return self.listed()
        return self.delta.serials - self.approved.serials if self.delta else NOTHING

    @property
    def sequence(self) -> int:
        """The newest list's; 0 when there is none."""
        base = self.effective_base
        return max(base.sequence if base else 0, self.delta.sequence if self.delta else 0)

    @property
    def signed_at(self) -> int | None:
        """When the newest list was made from the register, Unix seconds; None when there is no list."""
        dates = [listed.signed_at for listed in (self.effective_base, self.delta) if listed]
        return max(dates, default=None)

    def effective(self) -> RevocationList | None:
        """Return what is revoked in the end; None when there is no list at all: then nothing can be told.

        :raises PassError: when a base and a delta are in each other's place or do not fit together.
        """
        base = self.effective_base
        return None if base is None else combine(base, self.delta, self.unrevoked)

    def online_fault(self) -> str | None:
        """Return how the online key goes beyond its cap, as one sentence; None when it does not.

        Without counts of what was issued the cap is nothing: then it may only repeat what holders approved.
        """
        approved = self.approved_serials
        counts = self.issued.blocks if self.issued else {}
        return cap.online_fault(approved, approved | self.online(), counts)

    def taken_back_since(self, before: Lists) -> SerialSet:
        """Return what the online key said before and now says no more, although no holders took it back.

        Nothing when the holders have approved another list since: they decided then about all that was
        listed, and whoever missed releases in between cannot know how.
        """
        if _digest(self.approved) != _digest(before.approved):
            return NOTHING
        return before.online() - self.listed() - self.unrevoked_serials


def read(
    *,
    approved: bytes | None = None,
    base: bytes | None = None,
    delta: bytes | None = None,
    unrevoked: bytes | None = None,
    counts: bytes | None = None,
) -> Lists:
    """Read the lists of one release from their files; None for a file that it does not have.

    :raises PassError: when one cannot be read.
    """
    return Lists(
        _if_there(serial_list.decode, approved),
        _if_there(serial_list.decode, base),
        _if_there(serial_list.decode, delta),
        _if_there(unrevocations.loads, unrevoked),
        _if_there(issued.loads, counts),
    )


def _digest(listed: SerialList | None) -> bytes | None:
    return listed.digest if listed else None


def _if_there(read_it: Callable[[bytes], _Read], data: bytes | None) -> _Read | None:
    return None if data is None else read_it(data)
