"""COSE_Sign1 (RFC 9052, section 4.2): taken apart, put together, and what its signature covers.

Nothing here verifies anything: what :func:`read_sign1` returns is as true as its text.  Written
by hand because an envelope of four known items costs a general library thirty signatures' time
(DESIGN, Speed); the parts inside are read by ``cbor.py`` with its bounds.
"""

from __future__ import annotations

from typing import NamedTuple

from vaccine_pass import cbor
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

ALGORITHM, CRITICAL, KEY_ID = 1, 2, 4
"""Labels of header parameters (RFC 9052, section 3.1)."""

_OUR_HEADER = b"\xa2\x01\x26\x04\x48"  # {1: ES256 (-7), 4: eight bytes
_OUR_HEADER_LENGTH = len(_OUR_HEADER) + 8
_FOUR_ITEMS = b"\x84"
_USUAL_START = b"\xd2\x84"
_TAGS_IN_USE = (b"\xd2", b"", b"\xd8\x3d\xd2", b"\xd2\xd2")
"""Tags real issuers put before the array: 18, none, 61-18 (CWT), 18 twice."""


class UnverifiedSign1(NamedTuple):
    """The four items of a COSE_Sign1; nothing in it has been verified."""

    protected: bytes
    unprotected: dict[object, object]
    payload: bytes
    signature: bytes


def read_sign1(data: bytes) -> UnverifiedSign1:
    """Take a COSE_Sign1 apart, with the tags that real issuers use or none.

    :raises Unreadable: ``not_cose`` for anything else, bytes left over included.
    """
    position = 2 if data.startswith(_USUAL_START) else _after_tags(data)
    try:
        protected, position = _byte_string(data, position)
        unprotected, position = _map(data, position)
        payload, position = _byte_string(data, position)
        signature, position = _byte_string(data, position)
    except IndexError:
        raise _not_cose("it is cut short") from None
    if position != len(data):
        raise _not_cose("bytes are left over")
    return UnverifiedSign1(protected, unprotected, payload, signature)


def write_sign1(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    """Put a COSE_Sign1 together: tag 18, an empty unprotected header, shortest lengths."""
    items = cbor.byte_string(protected) + b"\xa0" + cbor.byte_string(payload) + cbor.byte_string(signature)
    return b"\xd2\x84" + items


def signed_bytes(protected: bytes, payload: bytes, external_aad: bytes = b"") -> bytes:
    """Return the Sig_structure, the bytes that the signature covers (RFC 9052, section 4.4)."""
    parts = cbor.byte_string(protected) + cbor.byte_string(external_aad) + cbor.byte_string(payload)
    return b"\x84\x6aSignature1" + parts


def protected_header(key_id: bytes) -> bytes:
    """Return the protected header of our own passes: {1: ES256, 4: key id of 8 bytes}.

    :raises ValueError: when the key id has another length.
    """
    if len(key_id) != 8:
        raise ValueError(f"a key id of {len(key_id)} bytes")
    return _OUR_HEADER + key_id


def is_our_header(protected: bytes) -> bool:
    """Say whether it is what :func:`protected_header` writes, to the byte."""
    return len(protected) == _OUR_HEADER_LENGTH and protected.startswith(_OUR_HEADER)


def key_id(sign1: UnverifiedSign1) -> bytes | None:
    """Return the key id; the protected one wins over an unprotected one, whatever it says.

    :raises Unreadable: ``not_cose`` when the protected header is no map, ``newer_format`` when it
        names parameters that must be understood (crit): none of them is (RFC 9052, section 3.1).
    """
    if is_our_header(sign1.protected):
        return sign1.protected[len(_OUR_HEADER) :]
    header = cbor.loads(sign1.protected) if sign1.protected else {}
    if not isinstance(header, dict):
        raise _not_cose("the protected header is no map")
    if CRITICAL in header:
        raise Unreadable(Reason.NEWER_FORMAT, "the protected header has parameters that must be understood")
    found = header[KEY_ID] if KEY_ID in header else sign1.unprotected.get(KEY_ID)
    return found if isinstance(found, bytes) else None


def _after_tags(data: bytes) -> int:
    for tags in _TAGS_IN_USE:
        if data.startswith(tags + _FOUR_ITEMS):
            return len(tags) + 1
    raise _not_cose("no array of four items under the tags in use")


def _byte_string(data: bytes, position: int) -> tuple[bytes, int]:
    head = data[position]
    if head == 0x58:
        start, length = position + 2, data[position + 1]
    elif 0x40 <= head < 0x58:
        start, length = position + 1, head - 0x40
    elif head == 0x59:
        start, length = position + 3, data[position + 1] << 8 | data[position + 2]
    else:
        raise _not_cose("an item that should be a byte string is not")
    end = start + length
    if end > len(data):
        raise _not_cose("a byte string is cut short")
    return data[start:end], end


def _map(data: bytes, position: int) -> tuple[dict[object, object], int]:
    if data[position : position + 1] == b"\xa0":
        return {}, position + 1
    end, _ = cbor.scan(data, position)
    header = cbor.loads(data[position:end])
    if not isinstance(header, dict):
        raise _not_cose("the unprotected header is no map")
    return header, end


def _not_cose(what: str) -> Unreadable:
    return Unreadable(Reason.NOT_COSE, f"not a COSE_Sign1: {what} (RFC 9052)")
