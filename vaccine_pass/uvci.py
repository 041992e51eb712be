"""Certificate identifiers: UVCI with its checksum, and the serial inside our own.

Source: the EU's "Guidelines on verifiable vaccination certificates", Annex 2: version 01,
the country, an opaque string, and ``#`` with a Luhn mod N character over the whole text before it.
Our opaque string is the pass's serial, which says nothing by itself (``serials.py``), so that a
travel pass can be revoked by the same short list as a domestic one.
"""

from __future__ import annotations

import re

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
_OURS = re.compile(r"URN:UVCI:01:VN:([0-9A-F]{8})#.")


def make(country: str, opaque: str) -> str:
    """Return ``URN:UVCI:01:<country>:<opaque>#<check>``.

    :param opaque: A-Z, 0-9, ``/`` and ``:``, saying nothing about the person.
    :raises ValueError: when a character is outside the identifier's alphabet.
    """
    body = f"URN:UVCI:01:{country}:{opaque}"
    return f"{body}#{check_character(body)}"


def of_serial(serial: int) -> str:
    """Return our own identifier for a pass with this serial (unsigned 32 bits)."""
    return make("VN", f"{serial:08X}")


def serial_in(identifier: str) -> int | None:
    """Return the serial in one of our own signed identifiers; None for anything else.

    The check character is for people who type; under a signature it is not worth its time.
    """
    found = _OURS.fullmatch(identifier)
    return int(found[1], 16) if found else None


def is_valid(identifier: str) -> bool:
    """Say whether the text ends in ``#`` and the right check character."""
    body, mark, check = identifier.rpartition("#")
    return mark == "#" and set(body) <= set(_ALPHABET) and check == check_character(body)


def check_character(body: str) -> str:
    """Return the Luhn mod N character of ``body`` over the 38-character alphabet of Annex 2."""
    size = len(_ALPHABET)
    total = 0
    for place, letter in enumerate(reversed(body)):
        value = _ALPHABET.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // size + value % size
    return _ALPHABET[-total % size]
