"""CBOR (RFC 8949) read with bounds, and written deterministically.

``cbor2`` does the work; this module says what it may meet.  Nesting is bounded, a map's key may
stand once, and the semantic tags that make a decoder compute (bignums, fractions, patterns,
shared references) are refused, since the bytes may come from anyone.  Tag 0 around a date-time
text is passed over: some issuers of travel passes write it.

``cbor2`` 6 bounds all this itself; 5.9, the version for Android, does not, and there
:func:`scan` walks the bytes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import cbor2

from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

MAX_DEPTH = 16
"""Containers inside containers: a travel pass has 6."""

_DATE_TIME_TAG = 0
_COMPUTING_TAGS = (1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 100, 256, 258, 260, 261, 1004, 43000, 55799)
_HAS_BOUNDS = hasattr(cbor2, "frozendict")  # new in cbor2 6, with the bounds
_FOREIGN_ERRORS = (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError)


def loads(data: bytes) -> object:
    """Return the first item in ``data``.

    :raises Unreadable: ``not_cose`` when it is not well formed or out of bounds; the caller names
        a better reason where it knows one.
    """
    try:
        return _bounded(data) if _HAS_BOUNDS else _scanned(data)
    except _FOREIGN_ERRORS as error:
        raise Unreadable(Reason.NOT_COSE, f"not readable CBOR: {error}") from error


def dumps_deterministic(value: object) -> bytes:
    """Return the one encoding of RFC 8949, section 4.2.1.

    Keys are sorted by their encoded bytes; ``cbor2``'s ``canonical`` sorts by length first, the
    older order of RFC 7049, and is used for single values only.
    """
    if isinstance(value, dict):
        pairs = sorted((dumps_deterministic(key), dumps_deterministic(item)) for key, item in value.items())
        return _head(5, len(pairs)) + b"".join(key + item for key, item in pairs)
    if isinstance(value, (list, tuple)):
        return _head(4, len(value)) + b"".join(map(dumps_deterministic, value))
    return cbor2.dumps(value, canonical=True)


def byte_string(data: bytes) -> bytes:
    """Return ``data`` as a CBOR byte string."""
    size = len(data)
    if 24 <= size < 256:  # a payload, a signature: nearly every one
        return bytes((0x58, size)) + data
    return _head(2, size) + data


def scan(data: bytes, start: int = 0) -> tuple[int, int]:
    """Walk one item and return (where it ends, how many pairs its maps have).

    :raises Unreadable: when the item is cut short, nested deeper than :data:`MAX_DEPTH`, or tagged
        with anything but a date-time.
    """
    return _scan_item(data, start, MAX_DEPTH + 1, [])


def _bounded(data: bytes) -> object:
    return cbor2.loads(
        data,
        max_depth=MAX_DEPTH,
        allow_duplicate_keys=False,
        semantic_decoders=_TAG_RULES,
        tag_hook=_refuse_tag,
    )


def _scanned(data: bytes) -> object:
    date_tags: list[slice] = []
    _, pairs = _scan_item(data, 0, MAX_DEPTH + 1, date_tags)
    untagged = bytearray(data)
    for tag in reversed(date_tags):
        del untagged[tag]
    value = cbor2.loads(bytes(untagged))
    if _pairs(value) != pairs:
        raise _malformed("a map has one key twice")
    return value


def _refuse_tag(*_: object) -> object:
    raise _malformed("a tag that a pass does not use")


def _content(value: object, *_: object) -> object:
    return value


_TAG_RULES: dict[int, Callable[[Any, bool], Any]] = {
    **dict.fromkeys(_COMPUTING_TAGS, _refuse_tag),
    _DATE_TIME_TAG: _content,
}


def _pairs(value: object) -> int:
    if isinstance(value, Mapping):
        return len(value) + sum(map(_pairs, value)) + sum(map(_pairs, value.values()))
    return sum(map(_pairs, value)) if isinstance(value, (list, tuple)) else 0


def _scan_item(data: bytes, start: int, levels: int, date_tags: list[slice]) -> tuple[int, int]:
    """Do the work of :func:`scan`; where date-time tags stand is added to ``date_tags``."""
    if levels == 0:
        raise _malformed("nested too deeply")
    major, argument, position = _read_head(data, start)
    if major == 6:
        if argument != _DATE_TIME_TAG:
            raise _malformed(f"tag {argument}")
        date_tags.append(slice(start, position))
        return _scan_item(data, position, levels - 1, date_tags)
    if major in (2, 3):
        return _scan_string(data, major, argument, position)
    if major in (4, 5):
        return _scan_items(data, major, argument, position, levels - 1, date_tags)
    return position, 0


def _read_head(data: bytes, start: int) -> tuple[int, int | None, int]:
    """Return (major type, argument or None for indefinite length, position after the head)."""
    if start >= len(data):
        raise _malformed("cut short")
    major, info = data[start] >> 5, data[start] & 31
    if info < 24:
        return major, info, start + 1
    if info == 31 and major in (2, 3, 4, 5):
        return major, None, start + 1
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(info)
    if size is None or start + 1 + size > len(data):
        raise _malformed("cut short, or a head that means nothing")
    argument = int.from_bytes(data[start + 1 : start + 1 + size], "big")
    if major == 7 and size == 1 and argument < 32:
        raise _malformed("a simple value in two bytes that has one (RFC 8949, section 3.3)")
    return major, argument, start + 1 + size


def _scan_string(data: bytes, major: int, length: int | None, position: int) -> tuple[int, int]:
    if length is not None:
        if position + length > len(data):
            raise _malformed("a string is cut short")
        return position + length, 0
    while not _at_break(data, position):
        part_major, part, position = _read_head(data, position)
        if part_major != major or part is None:
            raise _malformed("a string in parts of other kinds")
        position, _ = _scan_string(data, major, part, position)
    return position + 1, 0


def _scan_items(
    data: bytes, major: int, count: int | None, position: int, levels: int, date_tags: list[slice]
) -> tuple[int, int]:
    per_entry = major - 3  # an array's entry is one item, a map's two
    entries = pairs = 0
    while not _at_break(data, position) if count is None else entries < count:
        for _ in range(per_entry):
            position, inside = _scan_item(data, position, levels, date_tags)
            pairs += inside
        entries += 1
    return position + (count is None), pairs + (entries if major == 5 else 0)


def _at_break(data: bytes, position: int) -> bool:
    if position >= len(data):
        raise _malformed("cut short")
    return data[position] == 0xFF


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes((major << 5 | argument,))
    if argument < 1 << 8:
        return bytes((major << 5 | 24, argument))
    if argument < 1 << 16:
        return bytes((major << 5 | 25, argument >> 8, argument & 0xFF))
    raise ValueError(f"{argument} items or bytes do not belong in a pass")


def _malformed(what: str) -> Unreadable:
    return Unreadable(Reason.NOT_COSE, f"not readable CBOR: {what}")
