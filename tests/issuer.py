"""An issuer in memory: signers, records, claims and trust data for the tests.

Everything is made anew from small builders; nothing here is trusted by anything outside a test.
What is done to the bytes of a pass afterwards is in ``envelopes``.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from vaccine_pass import ecdsa, uvci
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.sign import domestic_text, travel_text
from vaccine_pass.trust import TrustData, TrustedSigner, key_id_of_jwk
from vaccine_pass.verify import Verifier

DAY = 86_400
ISSUED = 0x61C06A00
EXPIRES = 0x63A19D80
NOW = ISSUED + DAY
SERIAL = 0x162C4A
NAME = "Nguyễn Thị Hoàng Phương Thảo"
USAGES = {"domestic": frozenset({"domestic"}), "travel": frozenset({"vaccination", "test", "recovery"})}


@dataclass(frozen=True)
class Issuer:
    """A key that signs, and the trust list entry that makes its signature count."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    jwk: dict[str, str]
    form: str
    kid: bytes

    @property
    def algorithm(self) -> str:
        return "ES256" if self.jwk["kty"] == "EC" else "PS256"

    def sign(self, message: bytes) -> bytes:
        """As COSE wants it: r and s, or an RSASSA-PSS signature with a salt of 32 bytes."""
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        return ecdsa.from_der(self.private.sign(message, ec.ECDSA(hashes.SHA256())))

    def entry(self, **changes) -> TrustedSigner:
        entry = TrustedSigner(self.kid, self.algorithm, self.jwk, self.form, "VN", USAGES[self.form])
        return replace(entry, **changes)


def an_issuer(form="domestic", *, kid=None) -> Issuer:
    """An issuer with a new P-256 key."""
    private = ec.generate_private_key(ec.SECP256R1())
    jwk = jwk_of(private.public_key())
    return Issuer(private, jwk, form, kid or key_id_of_jwk(jwk))


def an_rsa_issuer(form="travel", *, bits=2048) -> Issuer:
    """An issuer that signs PS256; the key is made once, since that takes long."""
    private = rsa_key(bits)
    jwk = jwk_of(private.public_key())
    return Issuer(private, jwk, form, key_id_of_jwk(jwk))


@cache
def rsa_key(bits: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, bits)


def jwk_of(public) -> dict[str, str]:
    numbers = public.public_numbers()
    if isinstance(numbers, rsa.RSAPublicNumbers):
        return {"kty": "RSA", "n": base64url(numbers.n), "e": base64url(numbers.e)}
    size = (public.curve.key_size + 7) // 8
    curve = {"secp256r1": "P-256", "secp384r1": "P-384", "secp256k1": "secp256k1"}[public.curve.name]
    return {"kty": "EC", "crv": curve, "x": base64url(numbers.x, size), "y": base64url(numbers.y, size)}


def base64url(number: int, size: int | None = None) -> str:
    data = number.to_bytes(size or (number.bit_length() + 7) // 8, "big")
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def a_record(doses=2, **changes) -> DomesticClaims:
    """What the register says of one person, as a domestic pass has it."""
    series, vaccine, last = (2, 4, date(2021, 11, 5)) if doses else (None, None, None)
    expires = EXPIRES if doses else ISSUED + 90 * DAY
    birth = PartialDate(1948, 5, 0)
    return replace(
        DomesticClaims(NAME, birth, SERIAL, doses, series, vaccine, last, ISSUED, expires),
        **changes,
    )


def a_travel_record(doses=2, **changes) -> TravelClaims:
    """The same person for a travel pass."""
    claims = TravelClaims(
        family_name="Nguyễn",
        given_name="Thị Hoàng Phương Thảo",
        birth=PartialDate(1948, 5, 0),
        product="EU/1/20/1528",
        manufacturer="ORG-100030215",
        prophylaxis="1119349007",
        dose_number=doses,
        series=2,
        last_dose=date(2021, 11, 5),
        certificate_issuer="Ministry of Health",
        certificate_id=uvci.of_serial(SERIAL),
        issued_at=ISSUED,
        expires_at=EXPIRES,
    )
    return replace(claims, **changes)


def trust_in(*issuers: Issuer | TrustedSigner, **changes) -> TrustData:
    """Trust data with these issuers' entries and without an age."""
    signers = tuple(each.entry() if isinstance(each, Issuer) else each for each in issuers)
    return replace(TrustData(signers), **changes)


def a_pass(issuer: Issuer, **changes) -> str:
    """A signed pass of the issuer's form."""
    if issuer.form == "domestic":
        return domestic_text(a_record(**changes), issuer)
    return travel_text(a_travel_record(**changes), issuer)


def judged(
    text: str,
    *trusted: Issuer | TrustedSigner,
    now: float = NOW,
    clock_error: float = 0.0,
    is_behind: bool = False,
    **trust_changes,
):
    """The verdict on a text by trust in these."""
    trust = trust_in(*trusted, **trust_changes)
    return Verifier(trust, clock_error=clock_error, is_behind=lambda: is_behind).judge(text, now)
