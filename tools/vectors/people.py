"""Who signs the vectors, what they say, and what their verdicts rest on."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from vaccine_pass import ecdsa, trust
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.uvci import of_serial
from vaccine_pass.vaccines import VACCINES

ISSUED, EXPIRES = 0x61C06A00, 0x63A19D80
NINETY_DAYS = 90 * 86_400
_DETERMINISTIC = ec.ECDSA(SHA256(), deterministic_signing=True)


def _base64url(number: int) -> str:
    return urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode("ascii")


class VectorSigner:
    """A signer whose private key is the SHA-256 of its name: for these vectors only.

    :param form: ``domestic`` or ``travel``.
    """

    def __init__(self, form: str, name: str = "") -> None:
        self.form = form
        secret = hashlib.sha256(f"Checkpoint QR test vector {name or form}".encode()).digest()
        self._private = ec.derive_private_key(int.from_bytes(secret, "big") % ecdsa.P256_ORDER, ec.SECP256R1())
        numbers = self._private.public_key().public_numbers()
        self.jwk = {"kty": "EC", "crv": "P-256", "x": _base64url(numbers.x), "y": _base64url(numbers.y)}
        self.kid = trust.key_id_of_jwk(self.jwk)

    def sign(self, message: bytes) -> bytes:
        """Return r and s of the RFC 6979 signature."""
        return ecdsa.from_der(self._private.sign(message, _DETERMINISTIC))

    def entry(self) -> trust.TrustedSigner:
        """Return the signer's entry on the vectors' trust list."""
        usage = frozenset({"domestic" if self.form == "domestic" else "vaccination"})
        times = {"sign_from": ISSUED - 86_400, "sign_until": ISSUED + 90 * 86_400, "accept_until": EXPIRES + 86_400}
        return trust.TrustedSigner(self.kid, "ES256", self.jwk, self.form, "VN", usage, **times)


DOMESTIC_SIGNER, TRAVEL_SIGNER = VectorSigner("domestic"), VectorSigner("travel")
REVOKED_SERIAL = 0x1D4FB0


def trust_data() -> trust.TrustData:
    """Return what the vectors' verdicts rest on."""
    entries = (DOMESTIC_SIGNER.entry(), TRAVEL_SIGNER.entry())
    return trust.TrustData(entries, revoked_serials=frozenset({REVOKED_SERIAL}))


def domestic_claims(**changes: Any) -> DomesticClaims:
    """Return the claims of DESIGN's payload vector, with changes."""
    claims = {
        "name": "Nguyễn Thị Hoàng Phương Thảo",
        "birth": PartialDate.of(1948, 5),
        "serial": 0x162C4A,
        "doses": 2,
        "series": 2,
        "vaccine": 4,
        "last_dose": date(2021, 11, 5),
        "issued_at": ISSUED,
        "expires_at": EXPIRES,
    }
    return DomesticClaims(**claims | changes)


def before_any_dose(**changes: Any) -> DomesticClaims:
    """Return the claims of somebody who is registered and has had no dose."""
    nothing = {"doses": 0, "series": None, "vaccine": None, "last_dose": None}
    return domestic_claims(**nothing, expires_at=ISSUED + NINETY_DAYS, **changes)


def travel_claims(**changes: Any) -> TravelClaims:
    """Return the same person's travel claims, with changes."""
    product = VACCINES.by_key("PFIZER")
    claims = {
        "family_name": "Nguyễn",
        "given_name": "Thị Hoàng Phương Thảo",
        "birth": PartialDate.of(1948, 5),
        "product": product.product,
        "manufacturer": product.manufacturer,
        "prophylaxis": product.prophylaxis,
        "dose_number": 2,
        "series": 2,
        "last_dose": date(2021, 11, 5),
        "certificate_issuer": "Ministry of Health",
        "certificate_id": of_serial(0x176E52),
        "issued_at": ISSUED,
        "expires_at": EXPIRES,
    }
    return TravelClaims(**claims | changes)


def one_dose_product() -> TravelClaims:
    """Return the claims of somebody whose product is complete after one dose."""
    product = VACCINES.by_key("JANSSEN")
    codes = {"product": product.product, "manufacturer": product.manufacturer, "prophylaxis": product.prophylaxis}
    return travel_claims(**codes, dose_number=1, series=1)
