"""The vectors of the cap: what the online key may add to what the holders approved, and counts that are spoilt."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from vaccine_pass.revocation import issued, lists, serial_list
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.serials import serial_of

SECRET = bytes(range(32))
SIGNED = 1_627_603_200
COUNTS = {1: 600, 2: 401, 7: 1}  # 1002 in all: the cap is 5

_CASES: tuple[tuple[str, list[int], list[int], bool], ...] = (
    ("nothing is added", [0, 1], [], True),
    ("what is approved is added once more", [0, 1], [1], True),
    ("as many as the cap", [0, 1], [10, 11, 12, 13, 14], True),
    ("one more than the cap", [0, 1], [10, 11, 12, 13, 14, 15], False),
    ("what is approved does not count", list(range(100)), [0, 1, 2, 100, 101, 102, 103, 104], True),
)


def cap_vectors() -> dict[str, Any]:
    """Return the content of ``cap.json``."""
    text = issued.dumps(issued.Issued(SIGNED, COUNTS))
    cases = [_case(name, _first_block(old), _first_block(new), text, good=good) for name, old, new, good in _CASES]
    none, one = _first_block([0]), SerialSet.of([serial_of(SECRET, 3, 0)])
    full = SerialSet.of(serial_of(SECRET, 7, n) for n in range(2))
    return {
        "issued": {"text": text, "total": sum(COUNTS.values())},
        "cases": [
            *cases,
            _case("a block that gave out nothing", none, one, text, good=False),
            _case("more of a block than it gave out", none, full, text, good=False),
            _case("anything at all without counts", none, _first_block([1]), None, good=False),
            _case("what is approved, without counts", none, none, None, good=True),
        ],
        "refused": [{"name": name, "text": json.dumps(document)} for name, document in _spoilt(json.loads(text))],
    }


def _case(name: str, approved: SerialSet, added: SerialSet, counts: str | None, *, good: bool) -> dict[str, Any]:
    base = serial_list.encode_base(approved, 1, SIGNED)
    delta = serial_list.encode_delta(added, 2, SIGNED, hashlib.sha256(base).digest())
    read = lists.read(approved=base, delta=delta, counts=counts.encode() if counts else None)
    if (read.online_fault() is None) is not good:
        raise AssertionError(name)
    return {"name": name, "approved": base.hex(), "delta": delta.hex(), "issued": counts, "within": good}


def _first_block(numbers: list[int]) -> SerialSet:
    return SerialSet.of(serial_of(SECRET, 1, n) for n in numbers)


def _spoilt(good: dict[str, Any]) -> list[tuple[str, object]]:
    return [
        ("another format", good | {"format": "checkpoint-issued/2"}),
        ("a member more", good | {"more": 1}),
        ("a time without its zone", good | {"at": "2021-07-30T00:00:00"}),
        ("block 0", good | {"blocks": {"0": 1}}),
        ("a block with a leading zero", good | {"blocks": {"01": 1}}),
        ("block 4096", good | {"blocks": {"4096": 1}}),
        ("a count of 0", good | {"blocks": {"1": 0}}),
        ("more than a block has", good | {"blocks": {"1": 1_048_577}}),
        ("a count that is no whole number", good | {"blocks": {"1": 1.5}}),
    ]
