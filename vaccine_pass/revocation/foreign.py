"""Other issuers' revoked certificates: sorted 8-byte hashes, looked up by bisection.

A hash is the first 8 bytes of the SHA-256 of the certificate identifier
(:func:`vaccine_pass.trust.certificate_hash`).  Unlike a list of serials this one is not exact: with a
million hashes, the chance that any of a billion honest certificates shares one is 1 in 18,000.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import lt
from struct import Struct

from vaccine_pass.revocation.faults import bad_list
from vaccine_pass.revocation.serial_list import MAX_SECONDS

MAGIC, VERSION = b"VNRF", 1
HASH_LENGTH = 8
MAX_HASHES = 1 << 21  # 16 MB in memory

_HASH = Struct(">Q")
_HEADER = Struct(">4sBIQI")  # magic, version, sequence, signed_at, count


@dataclass(frozen=True, slots=True)
class ForeignList:
    """The hashes, for :attr:`vaccine_pass.trust.TrustData.revoked_certificates`; made by the functions below.

    :ivar sequence: 1 to 2**32 - 1, one more with each list.
    :ivar signed_at: whole Unix seconds.
    """

    _numbers: array[int]
    sequence: int
    signed_at: int

    def __contains__(self, hashed: object) -> bool:
        if not isinstance(hashed, bytes) or len(hashed) != HASH_LENGTH:
            return False
        number = int.from_bytes(hashed, "big")
        at = bisect_left(self._numbers, number)
        return at < len(self._numbers) and self._numbers[at] == number

    def __iter__(self) -> Iterator[bytes]:
        return (number.to_bytes(HASH_LENGTH, "big") for number in self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)


def encode(hashes: Iterable[bytes], sequence: int, signed_at: int) -> bytes:
    """Return the bytes of a list of some hashes, in any order.

    :raises ValueError: for a hash that is not 8 bytes, or anything out of range.
    """
    ordered = sorted(set(hashes))
    if len(ordered) > MAX_HASHES or any(len(each) != HASH_LENGTH for each in ordered):
        raise ValueError(f"{len(ordered)} hashes, or one that is not {HASH_LENGTH} bytes long")
    if not 1 <= sequence < 1 << 32 or not 0 <= signed_at <= MAX_SECONDS:
        raise ValueError(f"sequence {sequence} signed at {signed_at}")
    return _HEADER.pack(MAGIC, VERSION, sequence, signed_at, len(ordered)) + b"".join(ordered)


def decode(data: bytes) -> ForeignList:
    """Read a list.

    :raises PassError: for all that :func:`encode` does not write.
    """
    if len(data) < _HEADER.size:
        raise bad_list("it is cut short")
    magic, version, sequence, signed_at, count = _HEADER.unpack_from(data)
    if magic != MAGIC or version != VERSION or not sequence or signed_at > MAX_SECONDS:
        raise bad_list(f"it is no list of other issuers' certificates of version {VERSION}")
    if count > MAX_HASHES or len(data) != _HEADER.size + HASH_LENGTH * count:
        raise bad_list(f"it is not as long as its {count} hashes, or they are more than {MAX_HASHES}")
    numbers = array("Q", (number for (number,) in _HASH.iter_unpack(memoryview(data)[_HEADER.size :])))
    if not all(map(lt, numbers, islice(numbers, 1, None))):
        raise bad_list("its hashes are not in ascending order, each once")
    return ForeignList(numbers, sequence, signed_at)
