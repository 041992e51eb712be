"""ES256 signatures as COSE writes them, r and s of 32 bytes each, and as libraries want them.

An ECDSA signature has a twin: where (r, s) verifies, (r, n - s) does too.  The domestic form
allows only the one with the low s, so that there is one text for one pass; the travel form cannot,
since half of all real certificates have the other.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order n of the P-256 group (SEC 2, section 2.4.2)."""

SIGNATURE_LENGTH = 64
_HALF_ORDER = P256_ORDER // 2


def to_der(signature: bytes) -> bytes:
    """Return 64 bytes of r and s as the DER structure that libraries verify (RFC 3279, 2.2.3)."""
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    return encode_dss_signature(r, s)


def from_der(signature: bytes) -> bytes:
    """Return r and s, 32 bytes each: the inverse of :func:`to_der` for signatures over P-256."""
    r, s = decode_dss_signature(signature)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def has_low_s(signature: bytes) -> bool:
    """Say whether s is at most n / 2."""
    return int.from_bytes(signature[32:], "big") <= _HALF_ORDER


def with_low_s(signature: bytes) -> bytes:
    """Return the signature or its twin, whichever has the low s."""
    if has_low_s(signature):
        return signature
    s = P256_ORDER - int.from_bytes(signature[32:], "big")
    return signature[:32] + s.to_bytes(32, "big")
