"""Throw-away document signers in memory, each with the trust list entry that makes it count.

For benchmarks and pictures: the keys go with the process and are trusted by nothing else.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from vaccine_pass import ecdsa
from vaccine_pass.trust import TrustedSigner, key_id_of_jwk

ES256 = ec.ECDSA(SHA256())
USAGE = {"domestic": frozenset({"domestic"}), "travel": frozenset({"vaccination"})}


class ThrowawaySigner:
    """A P-256 key in memory.

    :param form: ``domestic`` or ``travel``, which it may sign.
    """

    def __init__(self, form: str = "domestic") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.public = self.private.public_key()
        numbers = self.public.public_numbers()
        self.jwk = {"kty": "EC", "crv": "P-256", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}
        self.kid = key_id_of_jwk(self.jwk)
        self.form = form

    def sign(self, message: bytes) -> bytes:
        """Return r and s, 32 bytes each."""
        return ecdsa.from_der(self.private.sign(message, ES256))

    def entry(self) -> TrustedSigner:
        """Return its entry on a trust list."""
        return TrustedSigner(self.kid, "ES256", self.jwk, self.form, "VN", USAGE[self.form])


def _base64url(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode("ascii")
