"""The signing half: claims to a signed text.  Issuers import this; scanners never do.

No key is here: a ``SigningKey`` is an argument and may live in a file, in hardware or elsewhere.
"""

from __future__ import annotations

from typing import Protocol

from vaccine_pass import base45, compression, cose, domestic, ecdsa, travel
from vaccine_pass.claims import DomesticClaims, TravelClaims


class SigningKey(Protocol):
    """A document signer's private key, wherever it is kept."""

    @property
    def kid(self) -> bytes:
        """The key id, 8 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the ES256 signature over ``message``: r and s, 32 bytes each (RFC 9053, 2.1)."""


def domestic_payload(claims: DomesticClaims) -> bytes:
    """Return the bytes whose hash stands in the signer's log."""
    return domestic.write(claims)


def travel_payload(claims: TravelClaims) -> bytes:
    """Return the bytes whose hash stands in the signer's log."""
    return travel.write(claims)


def domestic_text(claims: DomesticClaims, key: SigningKey) -> str:
    """Return the signed domestic pass, the text of its QR code.

    :raises PassError: when the claims cannot be on a domestic pass.
    """
    envelope = _signed(domestic.write(claims), key, domestic.EXTERNAL_AAD)
    return domestic.PREFIX + base45.encode(envelope)


def travel_text(claims: TravelClaims, key: SigningKey) -> str:
    """Return the signed travel pass, the text of its QR code.

    :raises PassError: when the claims cannot be on a travel pass.
    """
    envelope = _signed(travel.write(claims), key, b"")
    return travel.PREFIX + base45.encode(compression.store(envelope))


def _signed(payload: bytes, key: SigningKey, external_aad: bytes) -> bytes:
    protected = cose.protected_header(key.kid)
    signature = ecdsa.with_low_s(key.sign(cose.signed_bytes(protected, payload, external_aad)))
    return cose.write_sign1(protected, payload, signature)
