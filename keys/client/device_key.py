"""The device's own key: made on it, never leaves it, signs what it holds and that it is itself.

A P-256 key in the device's folder, readable by its owner only. It signs no pass and nothing that a scanner
trusts: whoever steals it can lie about one device's receipts, which may only delay an activation. So it is
kept without a passphrase, as a scanner starts without a person. Leaves out where receipts go.
"""

from __future__ import annotations

import json
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from keys import files, jws
from keys.client import receipt
from keys.client.enrolment import PROOF_TYPE, Enrolment
from keys.client.errors import DeviceTrustError
from keys.client.load import Held
from keys.client.store import device_errors
from keys.errors import KeysError
from keys.jwk import Jwk, jwk_of

FILE_NAME = "device.pem"


class DeviceKey:
    """A device's private key; shows nothing of itself when it is printed.

    :ivar public_jwk: the public half (RFC 7517).
    :ivar device_id: the first 8 bytes of its RFC 9679 thumbprint, 16 hexadecimal digits.
    """

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.public_jwk: Jwk = jwk_of(key.public_key())
        self.device_id = jws.device_id_of(self.public_jwk)

    def __repr__(self) -> str:
        return f"DeviceKey({self.device_id})"

    def sign(self, message: bytes) -> bytes:
        """The raw ES256 signature, r || s, 64 bytes."""
        r, s = decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def proof(self, enrolment: Enrolment) -> str:
        """The JWS by which the server sees that whoever brings the token holds this key."""
        return self._signed(PROOF_TYPE, {"token": enrolment.token})

    def signed_receipt(self, held: Held, post: str, now: float) -> str:
        """The receipt of what the device holds at the trusted time ``now``, Unix seconds, as a compact JWS."""
        document = receipt.receipt(held.manifest, now) | {
            "device": self.device_id,
            "post": post,
            "signers": sorted({signer.kid.hex() for signer in held.trust.signers}),
        }
        return self._signed(receipt.TYPE, document)

    def _signed(self, typ: str, document: dict[str, object]) -> str:
        payload = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
        return jws.sign({"kid": self.device_id, "typ": typ}, payload, self.sign)


def make(folder: Path) -> DeviceKey:
    """The device's key; made now when there is none. One that is there is never replaced.

    :raises DeviceTrustError: when it cannot be written, or as :func:`load`.
    """
    held = load(folder)
    if held is not None:
        return held
    key = ec.generate_private_key(ec.SECP256R1())
    with device_errors():
        for left in folder.glob(f".{FILE_NAME}.*.tmp"):  # of a power cut
            left.unlink(missing_ok=True)
        files.write_whole(folder / FILE_NAME, _pem(key))
    return DeviceKey(key)


def load(folder: Path) -> DeviceKey | None:
    """The device's key; None before enrolment.

    :raises DeviceTrustError: ``device_key_damaged``, or ``open_to_others`` when others can read it.
    """
    path = folder / FILE_NAME
    try:
        key = serialization.load_pem_private_key(files.read_private(path), password=None)
    except KeysError as error:
        if error.code == "not_found":
            return None
        raise DeviceTrustError(error.message, code=error.code) from error
    except (ValueError, TypeError, UnsupportedAlgorithm):  # not chained: what stands in that file is nobody's to read
        raise _damaged(path) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _damaged(path)
    return DeviceKey(key)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _damaged(path: Path) -> DeviceTrustError:
    return DeviceTrustError(
        f"The device's key {path} is damaged. Remove that file and enrol this device again with a new code.",
        code="device_key_damaged",
    )
