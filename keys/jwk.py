"""Public keys as JSON Web Keys (RFC 7517, RFC 7518 section 6) and back.

Only what may sign a pass: EC P-256 (ES256) and RSA of at least 2,048 bits
(PS256). Everything else is refused with a sentence. Leaves out private keys:
a JWK that holds one is refused.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keys.errors import KeysError
from vaccine_pass.public_keys import MAX_RSA_BITS, MIN_RSA_BITS

PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey
Jwk = dict[str, str]
_SMALLEST_RSA, _LARGEST_RSA = MIN_RSA_BITS, MAX_RSA_BITS  # a verifier takes no other


def base64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def jwk_of(key: object) -> Jwk:
    """The public key as a JWK with its required members only; KeysError for a key that may not sign."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return _jwk_of_ec(key)
    if isinstance(key, rsa.RSAPublicKey):
        return _jwk_of_rsa(key)
    raise KeysError(f"its key is {_kind(key)}; only EC P-256 and RSA keys sign passes.", code="key_not_usable")


def algorithm_of(jwk: Mapping[str, str]) -> str:
    """``ES256`` for an EC key, ``PS256`` for an RSA key (RFC 9053, RFC 8230)."""
    return "ES256" if jwk["kty"] == "EC" else "PS256"


def public_key_of(jwk: Mapping[str, object]) -> PublicKey:
    """The key of a JWK from elsewhere; checked for private members, curve, point and size."""
    if "d" in jwk or "k" in jwk:
        raise KeysError("it holds a private or secret key; give only the public one.", code="private_key")
    kind = jwk.get("kty")
    if kind == "EC":
        return _ec_key(jwk)
    if kind == "RSA":
        return _rsa_key(jwk)
    raise KeysError(f"its key type is {kind!r:.40}; only EC P-256 and RSA keys sign passes.", code="key_not_usable")


def _jwk_of_ec(key: ec.EllipticCurvePublicKey) -> Jwk:
    if not isinstance(key.curve, ec.SECP256R1):
        raise KeysError(f"its key is on the curve {key.curve.name}; only P-256 is accepted.", code="key_not_usable")
    numbers = key.public_numbers()
    x, y = (base64url(value.to_bytes(32, "big")) for value in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def _jwk_of_rsa(key: rsa.RSAPublicKey) -> Jwk:
    if not _SMALLEST_RSA <= key.key_size <= _LARGEST_RSA:
        raise KeysError(
            f"its RSA key has {key.key_size} bits; from {_SMALLEST_RSA} to {_LARGEST_RSA} are accepted.",
            code="key_not_usable",
        )
    numbers = key.public_numbers()
    n, e = (base64url(value.to_bytes((value.bit_length() + 7) // 8, "big")) for value in (numbers.n, numbers.e))
    return {"kty": "RSA", "n": n, "e": e}


def _ec_key(jwk: Mapping[str, object]) -> ec.EllipticCurvePublicKey:
    if jwk.get("crv") != "P-256":
        raise KeysError(f"its curve is {jwk.get('crv')!r:.40}; only P-256 is accepted.", code="key_not_usable")
    numbers = ec.EllipticCurvePublicNumbers(_number(jwk, "x"), _number(jwk, "y"), ec.SECP256R1())
    try:
        return numbers.public_key()
    except ValueError as error:
        raise KeysError("its x and y are not a point of P-256.", code="key_not_usable") from error


def _rsa_key(jwk: Mapping[str, object]) -> rsa.RSAPublicKey:
    n, e = _number(jwk, "n"), _number(jwk, "e")
    if n.bit_length() > _LARGEST_RSA:
        raise KeysError(f"its RSA key has more than {_LARGEST_RSA} bits.", code="key_not_usable")
    try:
        return rsa.RSAPublicNumbers(e, n).public_key()
    except ValueError as error:
        raise KeysError("its n and e are not an RSA key.", code="key_not_usable") from error


def _number(jwk: Mapping[str, object], member: str) -> int:
    text = jwk.get(member)
    if not isinstance(text, str) or not text or len(text) > _LARGEST_RSA:
        raise KeysError(f"its member {member!r} is missing or not text.", code="malformed_jwk")
    try:
        padded = text + "=" * (-len(text) % 4)
        return int.from_bytes(base64.b64decode(padded, altchars=b"-_", validate=True), "big")
    except (binascii.Error, ValueError) as error:
        raise KeysError(f"its member {member!r} is not base64url.", code="malformed_jwk") from error


def _kind(key: object) -> str:
    return type(key).__name__.strip("_").removesuffix("PublicKey") or "of an unknown kind"
