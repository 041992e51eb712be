"""JSON Web Keys (RFC 7517) to something that verifies, with what each algorithm may be used with.

ES256 only with P-256; PS256 with at least 2048 bits and a salt of 32 bytes (DESIGN, Two forms).
The algorithm is the trust list entry's, never the one a pass names.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from vaccine_pass import ecdsa
from vaccine_pass.errors import PassError

MIN_RSA_BITS, MAX_RSA_BITS = 2048, 8192

Verification = Callable[[bytes, bytes], bool]
"""Called with (signature, signed bytes); says whether the signature is good."""

_ECDSA_SHA256 = ec.ECDSA(hashes.SHA256())
_SHA256 = hashes.SHA256()
_PSS = padding.PSS(mgf=padding.MGF1(_SHA256), salt_length=32)


def verification(algorithm: str, jwk: Mapping[str, str]) -> Verification:
    """Return the check of signatures by this key; the key is loaded here, once.

    :raises PassError: when the key is not one for the algorithm.
    """
    try:
        return _es256(_p256_key(jwk)) if algorithm == "ES256" else _ps256(_rsa_key(jwk))
    except (KeyError, ValueError) as error:
        raise PassError(f"A key in the trust list is no {algorithm} key: {error}.", code="bad_key") from error


def _p256_key(jwk: Mapping[str, str]) -> ec.EllipticCurvePublicKey:
    if jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise ValueError("it is not on the curve P-256")
    numbers = ec.EllipticCurvePublicNumbers(_integer(jwk["x"]), _integer(jwk["y"]), ec.SECP256R1())
    return numbers.public_key()


def _rsa_key(jwk: Mapping[str, str]) -> rsa.RSAPublicKey:
    if jwk.get("kty") != "RSA":
        raise ValueError("it is no RSA key")
    modulus = _integer(jwk["n"])
    if not MIN_RSA_BITS <= modulus.bit_length() <= MAX_RSA_BITS:
        raise ValueError(f"it has {modulus.bit_length()} bits")
    return rsa.RSAPublicNumbers(_integer(jwk["e"]), modulus).public_key()


def _es256(key: ec.EllipticCurvePublicKey) -> Verification:
    def is_good(signature: bytes, message: bytes) -> bool:
        if len(signature) != ecdsa.SIGNATURE_LENGTH:
            return False
        try:
            key.verify(ecdsa.to_der(signature), message, _ECDSA_SHA256)
        except InvalidSignature:
            return False
        return True

    return is_good


def _ps256(key: rsa.RSAPublicKey) -> Verification:
    def is_good(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message, _PSS, _SHA256)
        except InvalidSignature:
            return False
        return True

    return is_good


def _integer(text: str) -> int:
    return int.from_bytes(urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
