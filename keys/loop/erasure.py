"""An erasure code: from k blocks of equal length make more, any k of which give the first k back.

Systematic Reed-Solomon over GF(256) with a Cauchy matrix (Blömer et al. 1995; the field of x^8 + x^4 + x^3 +
x^2 + 1): every square part of that matrix can be inverted, so that each repair block replaces any lost one.
Plain Python on whole blocks (one translation and one exclusive-or for each pair): 20 KB take some hundredths
of a second, on a telephone too. Corrects nothing: a wrong block must be kept away by its hash before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MOST = 255
"""Blocks altogether."""


def repairs(blocks: Sequence[bytes], count: int) -> list[bytes]:
    """The ``count`` repair blocks, numbered from ``len(blocks)`` on.

    :raises ValueError: more than `MOST` altogether, none at all, or blocks of different lengths.
    """
    total = len(blocks) + count
    if not 1 <= len(blocks) <= total <= MOST or len({len(block) for block in blocks}) != 1:
        raise ValueError(f"{len(blocks)} blocks and {count} repair blocks: give 1 to {MOST} of one length")
    return [_combined(_row(number, len(blocks)), blocks) for number in range(len(blocks), total)]


def rebuilt(data_blocks: int, held: Mapping[int, bytes]) -> list[bytes]:
    """The first ``data_blocks`` blocks, from any so many of all.

    :param held: block by number; all of one length. More than are needed are passed over.
    :raises ValueError: fewer than ``data_blocks`` are there.
    """
    missing = [number for number in range(data_blocks) if number not in held]
    spare = sorted(number for number in held if number >= data_blocks)[: len(missing)]
    if len(spare) < len(missing):
        raise ValueError(f"{len(held)} of {data_blocks} blocks are there")
    blocks = [held.get(number, b"") for number in range(data_blocks)]
    if missing:
        size = len(next(iter(held.values())))
        rests = [_rest(number, data_blocks, held, size) for number in spare]
        parts = [[_coefficient(number, lost) for lost in missing] for number in spare]
        for lost, row in zip(missing, _inverse(parts), strict=True):
            blocks[lost] = _combined(row, rests)
    return blocks


def _row(number: int, data_blocks: int) -> list[int]:
    return [_coefficient(number, column) for column in range(data_blocks)]


def _coefficient(number: int, column: int) -> int:
    """The Cauchy matrix: 1 / (x - y), rows and columns being different numbers of the field."""
    return _INVERSES[number ^ column]


def _rest(number: int, data_blocks: int, held: Mapping[int, bytes], size: int) -> bytes:
    """What the lost blocks alone give to a repair block."""
    there = [column for column in range(data_blocks) if column in held]
    known = _combined([_coefficient(number, column) for column in there], [held[column] for column in there], size)
    return _exclusive_or(known, held[number])


def _combined(factors: Sequence[int], blocks: Sequence[bytes], size: int = 0) -> bytes:
    size = len(blocks[0]) if blocks else size
    total = 0
    for factor, block in zip(factors, blocks, strict=True):
        total ^= int.from_bytes(block.translate(_TIMES[factor]), "little")
    return total.to_bytes(size, "little")


def _exclusive_or(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "little") ^ int.from_bytes(other, "little")).to_bytes(len(one), "little")


def _inverse(matrix: list[list[int]]) -> list[list[int]]:
    """By Gauss and Jordan; no pivot is ever zero for long, as the matrix can be inverted."""
    size = len(matrix)
    rows = [bytes(row) + bytes(size) for row in matrix]
    rows = [_with_one(row, size + number) for number, row in enumerate(rows)]
    for column in range(size):
        pivot = next(number for number in range(column, size) if rows[number][column])
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = rows[column].translate(_TIMES[_INVERSES[rows[column][column]]])
        for number in range(size):
            if number != column and rows[number][column]:
                rows[number] = _exclusive_or(rows[number], rows[column].translate(_TIMES[rows[number][column]]))
    return [list(row[size:]) for row in rows]


def _with_one(row: bytes, place: int) -> bytes:
    changed = bytearray(row)
    changed[place] = 1
    return bytes(changed)


def _powers() -> list[int]:
    powers, value = [], 1
    for _ in range(MOST):
        powers.append(value)
        value <<= 1
        if value > 0xFF:
            value ^= 0x11D
    return powers


_POWERS = _powers()
_LOGARITHMS = {value: power for power, value in enumerate(_POWERS)}


def _product(one: int, other: int) -> int:
    if not one or not other:
        return 0
    return _POWERS[(_LOGARITHMS[one] + _LOGARITHMS[other]) % MOST]


_INVERSES = [0, *(_POWERS[-_LOGARITHMS[value] % MOST] for value in range(1, 256))]
_TIMES = [bytes(_product(factor, value) for value in range(256)) for factor in range(256)]
"""For each factor the table by which `bytes.translate` multiplies a whole block."""
