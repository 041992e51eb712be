"""The drill's lists of revoked passes: one that the holders approve each month, and between two the online key's delta.

Leaves out how they are signed (``keys.channel``), and which passes are revoked (``ministry``). The passes of the drill
are a sample of a country's: the counts of what was handed out, from which the online key's cap follows, have blocks
of other databases too.
"""

from __future__ import annotations

from hashlib import sha256

from keys.channel.documents import APPROVED, ISSUED, REVOCATION_DELTA, Files
from vaccine_pass.revocation import issued
from vaccine_pass.revocation.issued import Issued
from vaccine_pass.revocation.serial_list import encode_base, encode_delta
from vaccine_pass.revocation.serial_set import SerialSet

BLOCK, FIRST = 1, 100_000
"""The block of the drill's own passes, and how many of its serials were handed out before day 0."""
_OTHERS = {2: 1 << 20, 3: 400_000}


class Lists:
    """What is revoked by serial, as the channel carries it."""

    def __init__(self) -> None:
        self._serials: list[int] = []
        self._approved = b""
        self._in_approved = 0
        self._sequence = 0

    def approve(self, number_issued: int, now: int) -> Files:
        """What the holders are to sign today: all that is revoked, and how many passes were handed out."""
        self._approved = encode_base(SerialSet.of(self._serials), self._next(), now)
        self._in_approved = len(self._serials)
        return {APPROVED: self._approved, **self.count(number_issued, now)}

    def count(self, number_issued: int, now: int) -> Files:
        """Only how many passes were handed out."""
        return {ISSUED: issued.dumps(Issued(now, {**_OTHERS, BLOCK: FIRST + number_issued})).encode()}

    def add(self, new: list[int], now: int) -> Files:
        """What the online key is to sign today, after these serials were revoked; none of them: it is dated anew."""
        self._serials += new
        added = SerialSet.of(self._serials[self._in_approved :])
        return {REVOCATION_DELTA: encode_delta(added, self._next(), now, sha256(self._approved).digest())}

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence
