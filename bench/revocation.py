"""Revocation lists: bytes against the entropy bound, load, look-up and memory (a part of `bench.trust`).

100 million passes are issued as an authority would: blocks filled one after the other, numbers
permuted inside each.  Any of them are revoked at random.  The bound is log2 C(issued, revoked)
summed over the blocks: what a list must take that says which and how many in each.
"""

from __future__ import annotations

import math
import random
import sys
import time
import tracemalloc
from collections.abc import Iterable
from itertools import groupby

from vaccine_pass.revocation import serial_list
from vaccine_pass.revocation.effective import combine
from vaccine_pass.revocation.rice import BLOCK_SIZE
from vaccine_pass.revocation.serial_list import SerialList, encode_base, encode_delta
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.serials import FIRST_BLOCK, serial_of

ISSUED = 100_000_000
SIZES = (10_000, 100_000, 1_000_000)
LOOK_UPS = 1_000_000
YEAR_DAYS, MONTH_DAYS = 365, 30
SIGNED_AT = 1_627_603_200


def measure(seed: int, sizes: Iterable[int] = SIZES, issued: int = ISSUED) -> list[dict[str, float]]:
    """Return the figures of each size."""
    return [_size(number, issued, random.Random(seed)) for number in sizes]


def entropy_bytes(serials: SerialSet, issued: int) -> float:
    """Return the bytes that no code of these counts can do without on average."""
    bits = sum(_log2_ways(_issued_in(block, issued), len(found)) for block, found in serials.blocks())
    return bits / 8


def _size(number: int, issued: int, dice: random.Random) -> dict[str, float]:
    print(f"{number} of {issued} revoked …", file=sys.stderr)
    revoked = _serials(dice.sample(range(issued), number))
    data = encode_base(SerialSet.of(revoked), 1, SIGNED_AT)
    base, load_ms = _loaded(data)
    peak, kept = _memory(data)
    bound = entropy_bytes(base.serials, issued)
    return {
        "issued": issued,
        "revoked": number,
        "bytes": len(data),
        "bound": round(bound),
        "ratio": round(len(data) / bound, 4),
        "load_ms": round(load_ms, 1),
        "memory_bytes": kept,
        "peak_bytes": peak,
        **_look_ups(base, revoked, issued, dice),
        **_deltas(base, number, issued, dice),
    }


def _serials(numbers: list[int]) -> set[int]:
    """Return the serials of the n-th passes issued, block by block."""
    secret = bytes(range(32))
    places = groupby(sorted(numbers), lambda number: number // BLOCK_SIZE)
    return {serial_of(secret, FIRST_BLOCK + block, number % BLOCK_SIZE) for block, group in places for number in group}


def _loaded(data: bytes) -> tuple[SerialList, float]:
    """Return the list and the median milliseconds of five readings."""
    spent = []
    for _ in range(5):
        started = time.process_time()
        base = serial_list.decode(data)
        spent.append(1000 * (time.process_time() - started))
    return base, sorted(spent)[2]


def _memory(data: bytes) -> tuple[int, int]:
    """Return the most bytes held while reading, and those kept afterwards."""
    tracemalloc.start()
    try:
        base = serial_list.decode(data)
        kept, peak = tracemalloc.get_traced_memory()
        del base
        return peak, kept
    finally:
        tracemalloc.stop()


def _look_ups(base: SerialList, revoked: set[int], issued: int, dice: random.Random) -> dict[str, float]:
    """Look up a million serials, half of them revoked, in the base and a day's delta together."""
    others = _serials([dice.randrange(issued) for _ in range(LOOK_UPS // 2)])
    probes = [*dice.choices(list(revoked), k=LOOK_UPS - len(others)), *others]
    dice.shuffle(probes)
    added = SerialSet.of(_serials([dice.randrange(issued) for _ in range(_added_in(1, len(revoked)))]))
    both = combine(base, serial_list.decode(encode_delta(added, 2, SIGNED_AT, base.digest)))
    model = revoked.union(added)
    found: dict[str, float] = {"look_ups": len(probes), "wrong": sum((one in both) != (one in model) for one in probes)}
    for name, lists in (("lookup_us", base.serials), ("lookup_with_delta_us", both)):
        started = time.process_time()
        for probe in probes:
            probe in lists  # noqa: B015 - the look-up is what is timed
        found[name] = round(1e6 * (time.process_time() - started) / len(probes), 3)
    return found


def _deltas(base: SerialList, number: int, issued: int, dice: random.Random) -> dict[str, float]:
    """Return the bytes of the cumulative delta after a day and after a month, revoking evenly over a year."""
    sizes = []
    for days in (1, MONTH_DAYS):
        added = SerialSet.of(_serials(dice.sample(range(issued), _added_in(days, number)))) - base.serials
        sizes.append(len(encode_delta(added, 1 + days, SIGNED_AT, base.digest)))
    return {"daily_delta_bytes": sizes[0], "month_delta_bytes": sizes[1]}


def _added_in(days: int, number: int) -> int:
    return math.ceil(number * days / YEAR_DAYS)


def _issued_in(block: int, issued: int) -> int:
    return min(BLOCK_SIZE, issued - (block - FIRST_BLOCK) * BLOCK_SIZE)


def _log2_ways(issued: int, revoked: int) -> float:
    ways = math.lgamma(issued + 1) - math.lgamma(revoked + 1) - math.lgamma(issued - revoked + 1)
    return ways / math.log(2)
