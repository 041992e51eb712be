"""What the hashes of the audit are made of, to the byte (docs/audit.md), so that others can check a chain.

Pure functions. JSON here is RFC 8785 for the values that are allowed: text, whole numbers within
±(2^53 - 1), true, false, null, lists and objects of these with ASCII names.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

SALT_BYTES = 16
_CHAIN = b"checkpoint-audit/1"
_LARGEST = 2**53 - 1


class EventFacts(NamedTuple):
    """The fields of an event that a link is over, in this order."""

    event: int
    kind: str
    at: int
    account: int | None
    site: int | None
    subject: str
    subject_id: int
    person: int | None
    commitment: bytes


def details_text(details: Mapping[str, Any]) -> str:
    """Return the canonical JSON of an event's details.

    :raises TypeError: a value has no canonical form, as a number with a fraction or a date.
    """
    _refuse_other_values(details)
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def commitment_of(salt: bytes, details: str) -> bytes:
    """SHA-256(salt ‖ details): without the salt, nobody can try out what an erased detail was."""
    return hashlib.sha256(salt + details.encode()).digest()


def first_previous(chain: str) -> bytes:
    """What stands before the first link: SHA-256("checkpoint-audit/1" ‖ the chain's 16 bytes)."""
    return hashlib.sha256(_CHAIN + bytes.fromhex(chain)).digest()


def link_hash(previous: bytes, seq: int, sealed_at: int, facts: EventFacts) -> bytes:
    """SHA-256(previous ‖ JSON array of seq, sealed_at and the event's fields, the commitment in hexadecimal)."""
    fields = [seq, sealed_at, *facts[:-1], facts.commitment.hex()]
    text = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(previous + text.encode()).digest()


def _refuse_other_values(value: object) -> None:
    if isinstance(value, dict):
        if not all(isinstance(name, str) and name.isascii() for name in value):
            raise TypeError("the names of an event's details are ASCII texts")
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for part in value:
            _refuse_other_values(part)
    elif not (value is None or isinstance(value, (bool, str)) or (isinstance(value, int) and abs(value) <= _LARGEST)):
        raise TypeError(f"an event's details hold no {type(value).__name__}; write it as text")
