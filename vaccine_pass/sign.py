"""The signing half: claims to a signed text.  Issuers import this; scanners never do.

No key is here: a ``SigningKey`` is an argument and may live in a file, in hardware or elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

from vaccine_pass import base45, compression, cose, domestic, ecdsa, travel
from vaccine_pass.claims import DomesticClaims, TravelClaims


class SigningKey(Protocol):
    """A document signer's private key, wherever it is kept."""

    @property
    def kid(self) -> bytes:
        """The key id, 8 bytes."""

    def sign(self, message: bytes) -> bytes:
        """Return the ES256 signature over ``message``: r and s, 32 bytes each (RFC 9053, 2.1)."""


class SignedPass(NamedTuple):
    """A signed pass: the text of its QR code, and the payload whose hash stands in the signer's log."""

    text: str
    payload: bytes


def sign_domestic(claims: DomesticClaims, key: SigningKey) -> SignedPass:
    """Sign a domestic pass.

    :raises PassError: when the claims cannot be on a domestic pass.
    """
    payload = domestic.write(claims)
    envelope = _signed(payload, key, domestic.EXTERNAL_AAD)
    return SignedPass(domestic.PREFIX + base45.encode(envelope), payload)


def sign_travel(claims: TravelClaims, key: SigningKey) -> SignedPass:
    """Sign a travel pass.

    :raises PassError: when the claims cannot be on a travel pass.
    """
    payload = travel.write(claims)
    envelope = _signed(payload, key, b"")
    return SignedPass(travel.PREFIX + base45.encode(compression.store(envelope)), payload)


def domestic_text(claims: DomesticClaims, key: SigningKey) -> str:
    """Return the text of :func:`sign_domestic`."""
    return sign_domestic(claims, key).text


def travel_text(claims: TravelClaims, key: SigningKey) -> str:
    """Return the text of :func:`sign_travel`."""
    return sign_travel(claims, key).text


def _signed(payload: bytes, key: SigningKey, external_aad: bytes) -> bytes:
    protected = cose.protected_header(key.kid)
    signature = ecdsa.with_low_s(key.sign(cose.signed_bytes(protected, payload, external_aad)))
    return cose.write_sign1(protected, payload, signature)
