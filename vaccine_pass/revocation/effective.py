"""What is revoked in the end: (base or delta) and not un-revoked.

``combine`` is all or nothing: whoever gets an error keeps the lists held before, whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vaccine_pass.revocation.faults import bad_list
from vaccine_pass.revocation.serial_list import SerialList
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.revocation.unrevocations import Unrevocations


@dataclass(frozen=True, slots=True)
class RevocationList:
    """The revoked serials, for :attr:`vaccine_pass.trust.TrustData.revoked_serials`.

    The parts stay apart in memory, so that a new delta costs no pass over the base.

    :ivar sequence: the newer list's, the delta's when there is one.
    :ivar signed_at: the newer list's, Unix seconds.
    """

    base: SerialSet
    added: SerialSet | None
    unrevoked: SerialSet | None
    sequence: int
    signed_at: int

    def __contains__(self, serial: object) -> bool:
        if serial in self.base or (self.added is not None and serial in self.added):
            return self.unrevoked is None or serial not in self.unrevoked
        return False

    def __iter__(self) -> Iterator[int]:
        return iter(self.merged())

    def merged(self) -> SerialSet:
        """Return the same serials as one set: the content of the next base."""
        listed = self.base if self.added is None else self.base | self.added
        return listed if self.unrevoked is None else listed - self.unrevoked


def combine(
    base: SerialList, delta: SerialList | None = None, unrevocations: Unrevocations | None = None
) -> RevocationList:
    """Return what a base, its delta and the un-revocations say together.

    :raises PassError: when one is given in the other's place, or the delta is not one of this base.
    """
    if base.base_digest is not None:
        raise bad_list("a delta was given as the base")
    newest = base if delta is None else _checked(delta, base)
    return RevocationList(
        base.serials,
        delta.serials if delta and len(delta.serials) else None,
        unrevocations.serials if unrevocations and len(unrevocations.serials) else None,
        newest.sequence,
        newest.signed_at,
    )


def _checked(delta: SerialList, base: SerialList) -> SerialList:
    if delta.base_digest is None:
        raise bad_list("a base was given as the delta")
    if delta.base_digest != base.digest:
        raise bad_list("the delta belongs to another base; fetch both together")
    if delta.sequence <= base.sequence:
        raise bad_list(f"the delta's sequence {delta.sequence} is not above its base's {base.sequence}")
    return delta
