"""An exact set of serials in two bytes each: for a phone's memory and a queue's patience.

The low 16 bits of all serials lie in one array; a second one says where the run of each high 16 bits
begins.  A look-up is one bisection inside one run (docs/adr/0010 compares the alternatives).  Left
out: the bytes a set travels in (`serial_list`), and who may add to it (`cap`).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, compress, groupby, islice
from operator import ne, or_, sub

from vaccine_pass.revocation.faults import bad_list
from vaccine_pass.serials import BLOCK_BITS, FIRST_BLOCK, LAST_BLOCK

FIRST_SERIAL, LAST_SERIAL = FIRST_BLOCK << BLOCK_BITS, (LAST_BLOCK + 1 << BLOCK_BITS) - 1
MAX_SERIALS = 1 << 24
"""A set holds no more, so that a hostile list cannot fill a phone: beyond, a signer is revoked instead."""

_LOW_BITS = 16
_LOW = (1 << _LOW_BITS) - 1
_RUNS = LAST_SERIAL + 1 >> _LOW_BITS
_RUNS_OF_BLOCK = 1 << BLOCK_BITS - _LOW_BITS

_Run = tuple[int, Sequence[int]]  # the high 16 bits of some serials, and their ascending low 16 bits


class SerialSet:
    """Serials of blocks 1 to 4095, unchangeable once made; equal when the same serials are in it.

    ``serial in serials`` takes less than a microsecond and is False for whatever is no such serial;
    iteration is ascending.
    """

    __slots__ = ("_lows", "_starts")

    def __init__(self, runs: Iterable[_Run] = ()) -> None:
        """Take ascending runs; :meth:`of` and :meth:`of_blocks` are the way to make a set.

        :raises PassError: for more than ``MAX_SERIALS``.
        """
        self._lows = array("H")
        lengths = array("I", bytes(4 * (_RUNS + 1)))
        for run, lows in runs:
            if len(self._lows) + len(lows) > MAX_SERIALS:
                raise bad_list(f"it has more than {MAX_SERIALS} serials; revoke their signer instead")
            lengths[run + 1] = len(lows)
            self._lows.extend(lows)
        self._starts = array("I", accumulate(lengths))

    @classmethod
    def of(cls, serials: Iterable[int]) -> SerialSet:
        """Return the set of some serials, in any order, also repeated.

        :raises PassError: for a number that is a serial of no block.
        """
        ordered = sorted(set(serials))
        if ordered and not FIRST_SERIAL <= ordered[0] <= ordered[-1] <= LAST_SERIAL:
            raise bad_list(f"a serial is of none of the blocks {FIRST_BLOCK} to {LAST_BLOCK}")
        return cls.of_ascending(ordered)

    @classmethod
    def of_ascending(cls, serials: Iterable[int]) -> SerialSet:
        """Return the set of ascending serials, each once, read one by one: for a million rows of a register."""
        grouped = groupby(serials, lambda serial: serial >> _LOW_BITS)
        return cls((run, [serial & _LOW for serial in serials]) for run, serials in grouped)

    @classmethod
    def of_blocks(cls, blocks: Iterable[tuple[int, Sequence[int]]]) -> SerialSet:
        """Return the set of ascending blocks, each with its ascending positions, as :meth:`blocks` gives them."""
        return cls(run for block, positions in blocks for run in _runs_of(block, positions))

    def __contains__(self, serial: object) -> bool:
        if type(serial) is not int or not 0 <= serial <= LAST_SERIAL:
            return False
        run, low = serial >> _LOW_BITS, serial & _LOW
        end = self._starts[run + 1]
        at = bisect_left(self._lows, low, self._starts[run], end)
        return at < end and self._lows[at] == low

    def __iter__(self) -> Iterator[int]:
        for run in self._runs():
            high = run << _LOW_BITS
            yield from [high | low for low in self._run(run)]

    def __len__(self) -> int:
        return len(self._lows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SerialSet) and self._lows == other._lows and self._starts == other._starts

    __hash__ = None  # type: ignore[assignment]  # as of every large thing that is compared by content

    def __or__(self, other: SerialSet) -> SerialSet:
        """Return the serials that are in either."""
        if not len(self) or not len(other):
            return self if len(self) else other
        return self._run_by_run(other, or_)

    def __sub__(self, other: SerialSet) -> SerialSet:
        """Return the serials that are here and not in ``other``."""
        return self._run_by_run(other, sub) if len(self) and len(other) else self

    def number_in(self, block: int) -> int:
        """Return how many serials of ``block`` are here."""
        first = block * _RUNS_OF_BLOCK
        return self._starts[first + _RUNS_OF_BLOCK] - self._starts[first]

    def blocks(self) -> Iterator[tuple[int, list[int]]]:
        """Return each block that has serials here, ascending, with its ascending positions."""
        for block in range(FIRST_BLOCK, LAST_BLOCK + 1):
            if self.number_in(block):
                runs = [(run << _LOW_BITS, self._run(block * _RUNS_OF_BLOCK + run)) for run in range(_RUNS_OF_BLOCK)]
                yield block, [high | low for high, lows in runs for low in lows]

    def _runs(self) -> Iterator[int]:
        """Return the runs that have serials here."""
        return compress(range(_RUNS), map(ne, self._starts, islice(self._starts, 1, None)))

    def _run(self, run: int) -> array[int]:
        return self._lows[self._starts[run] : self._starts[run + 1]]

    def _run_by_run(self, other: SerialSet, combined: Callable[[set[int], set[int]], set[int]]) -> SerialSet:
        runs = sorted({*self._runs(), *other._runs()})
        pairs = ((run, self._run(run), other._run(run)) for run in runs)
        return SerialSet((run, sorted(combined(set(a), set(b))) if b else a) for run, a, b in pairs)


def _runs_of(block: int, positions: Sequence[int]) -> Iterator[_Run]:
    start = 0
    for number in range(_RUNS_OF_BLOCK):
        end = bisect_left(positions, number + 1 << _LOW_BITS, start)
        if end > start:
            yield block * _RUNS_OF_BLOCK + number, [position & _LOW for position in positions[start:end]]
        start = end
