"""Small signed messages of devices: compact JWS (RFC 7515) with ES256 (RFC 7518 section 3.4) and nothing else.

The protected header has exactly ``alg``, ``kid`` and ``typ``; ``kid`` is the first 8 bytes of the RFC 9679
thumbprint of the key that signed, in hexadecimal. One message has one spelling: base64url without padding and
without spare bits. Pure: the private half is a callable. Leaves out what a payload means, and the second
signature (r, n - s) that every ECDSA signature has: it says nothing else than the first.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from keys.errors import KeysError
from keys.jwk import base64url, public_key_of
from vaccine_pass.errors import CheckpointError
from vaccine_pass.trust import key_id_of_jwk

ALGORITHM = "ES256"
MOST_CHARACTERS = 256 * 1024
"""A receipt names each file of an update with its hash: about 50 KB for the 500 that an update may have."""
MOST_HEADER_CHARACTERS = 512
_MEMBERS = {"alg", "kid", "typ"}


def device_id_of(jwk: Mapping[str, str]) -> str:
    """The id of the device with this public key: 16 hexadecimal digits.

    :raises KeysError: ``bad_device_key`` for anything but a public P-256 key with its required members only.
    """
    try:
        if set(jwk) != {"kty", "crv", "x", "y"} or jwk["kty"] != "EC":
            raise KeysError("a device's key is a P-256 key with kty, crv, x and y, and nothing else.")
        public_key_of(jwk)
        _same_spelling(jwk)
        return key_id_of_jwk(jwk).hex()
    except CheckpointError as error:
        raise KeysError(f"The device's key cannot be used: {error.message}", code="bad_device_key") from error


def sign(header: Mapping[str, str], payload: bytes, sign: Callable[[bytes], bytes]) -> str:
    """The message in compact form.

    :param header: ``kid`` and ``typ``; ``alg`` may be given, as ES256 only.
    :param sign: bytes → the raw signature r || s, 64 bytes.
    """
    whole = {"alg": ALGORITHM, **header}
    if set(whole) != _MEMBERS or whole["alg"] != ALGORITHM:
        raise KeysError("A signed message's header is alg (ES256), kid and typ.", code="jws_malformed")
    head = base64url(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode())
    signed = f"{head}.{base64url(payload)}"
    return f"{signed}.{base64url(sign(signed.encode('ascii')))}"


def kid_of(jws: str) -> str:
    """The key id that a message names, unverified: only to look the key up by.

    :raises KeysError: ``jws_malformed`` or ``jws_too_large``.
    """
    return str(_header(_parts(jws)[0])["kid"])


def verify(jws: str, jwk: Mapping[str, str], *, typ: str) -> bytes:
    """The payload of a message that the holder of ``jwk`` signed as a ``typ``.

    :raises KeysError: ``jws_malformed``, ``jws_too_large``, ``jws_wrong_type``, ``jws_wrong_key``,
        ``jws_bad_signature``, or ``bad_device_key`` when the key itself is none.
    """
    device = device_id_of(jwk)
    head, payload, signature = _parts(jws)
    header = _header(head)
    if header["typ"] != typ:
        raise KeysError(f"The signed message is a {header['typ']!r:.60}, not a {typ!r}.", code="jws_wrong_type")
    if header["kid"] != device:
        raise KeysError(
            f"The signed message names the key {header['kid']!r:.40}; it had to be {device}.", code="jws_wrong_key"
        )
    data = _decoded(payload)
    _check_signature(f"{head}.{payload}".encode("ascii"), _decoded(signature), jwk)
    return data


def _check_signature(signed: bytes, raw: bytes, jwk: Mapping[str, str]) -> None:
    key = public_key_of(jwk)
    if len(raw) != 64 or not isinstance(key, ec.EllipticCurvePublicKey):
        raise _malformed("its signature does not have 64 bytes")
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    try:
        key.verify(der, signed, ec.ECDSA(SHA256()))
    except InvalidSignature as error:
        raise KeysError(
            "The signed message was altered, or another key signed it.", code="jws_bad_signature"
        ) from error


def _parts(jws: str) -> list[str]:
    if len(jws) > MOST_CHARACTERS:
        raise KeysError(f"The signed message has more than {MOST_CHARACTERS} characters.", code="jws_too_large")
    parts = jws.split(".")
    if len(parts) != 3 or not jws.isascii() or len(parts[0]) > MOST_HEADER_CHARACTERS:
        raise _malformed("it is not three parts with dots between them")
    return parts


def _header(part: str) -> dict[str, str]:
    try:
        header = json.loads(_decoded(part), object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise _malformed("its header is no JSON") from error
    if not isinstance(header, dict) or set(header) != _MEMBERS or header["alg"] != ALGORITHM:
        raise _malformed("its header is not alg (ES256), kid and typ")
    if not all(isinstance(value, str) for value in header.values()):
        raise _malformed("its header holds more than text")
    return header


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({name for name, _ in pairs}) != len(pairs):
        raise _malformed("its header has one member twice")
    return dict(pairs)


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed("a part of it is no base64url") from error
    if base64url(data) != text:
        raise _malformed("a part of it is not spelled as base64url spells it")
    return data


def _same_spelling(jwk: Mapping[str, str]) -> None:
    for member in ("x", "y"):
        if len(_decoded(jwk[member])) != 32:
            raise KeysError(f"its member {member!r} does not have 32 bytes.")


def _malformed(what: str) -> KeysError:
    return KeysError(f"The signed message cannot be read: {what}.", code="jws_malformed")
