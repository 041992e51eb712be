"""The bits of one block of a revocation list: Golomb-Rice codes of the gaps between positions.

A block's positions are the sorted 20-bit halves of its revoked serials.  Because serials are
permuted inside a block, the gaps are geometric, for which a Rice code is within 1% of the entropy.
The remainders come first and the quotients behind them, so that both can be read without a step
for each bit (docs/format.md, Revocation lists; docs/adr/0010).  Left out: which block it is, and
how many positions it has, which is the list's header's to say.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import accumulate, count, repeat
from operator import add, lshift

from vaccine_pass.revocation.faults import bad_list
from vaccine_pass.serials import BLOCK_BITS

BLOCK_SIZE = 1 << BLOCK_BITS
_GOLDEN = 504_591
"""2**20 times ln((sqrt(5) + 1) / 2): where two parameters are equally long (Gallager and van Voorhis, 1975)."""


def parameter_for(number: int) -> int:
    """Return the Rice parameter k of a block of ``number`` positions, 0 to 19.

    The least with number * 2**k >= 504591 - number // 4, the shortest for a random block: the quarter
    is what -ln(1 - p) differs from p in a dense one.  It follows from the number alone, so that one
    set of serials has one encoding.
    """
    return ((_GOLDEN - number // 4 - 1) // number).bit_length()


def encode(positions: Sequence[int]) -> bytes:
    """Return the bits of a block, filled up with zeros to a whole byte.

    :param positions: ascending, each once, 0 to 2**20 - 1; at least one.
    """
    parameter = parameter_for(len(positions))
    gaps = [position - before - 1 for before, position in zip([-1, *positions], positions, strict=False)]
    mask = (1 << parameter) - 1
    remainders = "".join(f"{gap & mask:0{parameter}b}" for gap in gaps) if parameter else ""
    bits = remainders + "".join("0" * (gap >> parameter) + "1" for gap in gaps)
    length = (len(bits) + 7) // 8
    return (int(bits, 2) << 8 * length - len(bits)).to_bytes(length, "big")


def decode(data: memoryview, number: int) -> tuple[array[int], int]:
    """Return the ``number`` positions of the block that ``data`` begins with, and its length in bytes.

    Reads no further than the longest such block, whatever follows.

    :param number: 1 to 2**20.
    :raises PassError: when bits are missing, a position is over 2**20 - 1, or the last byte is not
        filled up with zeros.
    """
    parameter = parameter_for(number)
    fixed = number * parameter
    taken = data[: (fixed + number + (BLOCK_SIZE >> parameter) + 7) // 8]
    bits = f"{int.from_bytes(taken, 'big'):0{8 * len(taken)}b}"
    *runs, rest = bits[fixed:].split("1", number)
    if len(runs) != number:
        raise bad_list("a block's bits are cut short or go past its end")
    positions = _positions(runs, _remainders(bits, fixed, parameter), parameter)
    if positions[-1] >= BLOCK_SIZE:
        raise bad_list("a position is past the end of its block")
    used = len(bits) - len(rest)
    if "1" in rest[: -used % 8]:
        raise bad_list("the last byte of a block is not filled up with zeros")
    return positions, (used + 7) // 8


def _remainders(bits: str, fixed: int, parameter: int) -> Sequence[int]:
    if not parameter:
        return []
    return [int(bits[at : at + parameter], 2) for at in range(0, fixed, parameter)]


def _positions(runs: list[str], remainders: Sequence[int], parameter: int) -> array[int]:
    """Add up the gaps, each quotient * 2**parameter + remainder, and the steps between them."""
    high = map(lshift, accumulate(map(len, runs)), repeat(parameter))
    if remainders:
        high = map(add, high, accumulate(remainders))
    return array("I", map(add, high, count()))
