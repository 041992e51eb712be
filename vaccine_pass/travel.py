"""The payload of a travel pass (``HC1:``): CWT claims around the EU's certificate.

{1: iss, 4: exp, 6: iat, -260: {1: certificate}} (HCERT 1.3, section 3.3; RFC 8392).  Writing gives
one vaccination of schema 1.3.0 in deterministic order.  Reading is generous where real issuers
differ: any order, any finite number for a time, all three kinds, schemas 1.0.0 to 1.3.x.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import cbor2

from vaccine_pass import cbor, names, schema
from vaccine_pass.claims import TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError, Unreadable
from vaccine_pass.reasons import Reason
from vaccine_pass.status import Status, status_of
from vaccine_pass.vaccines import VaccineTable

PREFIX = "HC1:"
SCHEMA_VERSION = "1.3.0"
COVID_19 = "840539006"
"""SNOMED CT code of the disease targeted (EU value set ``disease-agent-targeted``)."""

_HEALTH_CERTIFICATE, _EU_DCC = -260, 1
_NAME_LIMIT = 80


class Certificate(NamedTuple):
    """A travel pass's content after its form was checked; still only what its text says.

    :ivar kind: ``v``, ``t`` or ``r``; ``entry`` the entry of that kind.
    :ivar birth: None where the issuer left it empty.
    :ivar issued_at: Unix seconds, any finite number; ``expires_at`` likewise.
    :ivar not_before: the later of ``iat`` and ``nbf``.
    """

    kind: str
    entry: schema.Entry
    family_name: str
    given_name: str
    birth: PartialDate | None
    issuer: str | None
    issued_at: float
    not_before: float
    expires_at: float


def write(claims: TravelClaims) -> bytes:
    """Return the payload.

    :raises PassError: when the claims do not fit the schema or the name has no Latin letter.
    """
    certificate = _certificate(claims)
    try:
        schema.check(certificate)
    except Unreadable as error:
        raise PassError(f"This cannot be on a travel pass: {error.message}.", code="bad_claim") from error
    if not type(claims.issued_at) is type(claims.expires_at) is int or claims.issued_at >= claims.expires_at:
        raise PassError("A travel pass must expire after it is issued, both in whole seconds.", code="bad_claim")
    times = {1: claims.issuer, 4: claims.expires_at, 6: claims.issued_at}
    return cbor2.dumps({**times, _HEALTH_CERTIFICATE: {_EU_DCC: certificate}})


def read(payload: bytes) -> Certificate:
    """Return a payload's content.

    :raises Unreadable: ``not_a_pass`` without a health certificate in it, ``newer_format``, or
        ``malformed_claims`` naming what is wrong.
    """
    claims = _cwt_claims(payload)
    certificate = _health_certificate(claims)
    kind, entry, birth = schema.check(certificate)
    issued_at = _seconds(claims, 6)
    not_before = max(issued_at, _seconds(claims, 5)) if 5 in claims else issued_at
    family, given = _name(certificate["nam"])
    issuer = _issuer(claims.get(1))
    return Certificate(kind, entry, family, given, birth, issuer, issued_at, not_before, _seconds(claims, 4))


def _certificate(claims: TravelClaims) -> dict[str, object]:
    """Return the DCC, its keys in the order of their encodings (RFC 8949, section 4.2.1)."""
    entry = {
        "ci": claims.certificate_id,
        "co": claims.country,
        "dn": claims.dose_number,
        "dt": claims.last_dose.isoformat(),
        "is": claims.certificate_issuer,
        "ma": claims.manufacturer,
        "mp": claims.product,
        "sd": claims.series,
        "tg": COVID_19,
        "vp": claims.prophylaxis,
    }
    name = _name_fields(claims.family_name, claims.given_name)
    return {"v": [entry], "dob": claims.birth.iso, "nam": name, "ver": SCHEMA_VERSION}


def _name_fields(family: str, given: str) -> dict[str, str]:
    family_mrz, given_mrz = names.icao(family), names.icao(given)
    if not family_mrz:
        raise PassError("The family name has no Latin letter, so a travel pass cannot carry it.", code="bad_name")
    if names.whole_name(family) != family or (given and names.whole_name(given) != given):
        raise PassError("The name is not in its whole, NFC form.", code="bad_name")
    fields = {"fn": family, "gn": given, "fnt": family_mrz, "gnt": given_mrz}
    return {field: text for field, text in fields.items() if text}


def _cwt_claims(payload: bytes) -> dict[object, object]:
    try:
        claims = cbor.loads(payload)
    except Unreadable as error:
        raise Unreadable(Reason.MALFORMED_CLAIMS, error.message) from error
    if not isinstance(claims, dict):
        raise Unreadable(Reason.NOT_A_PASS, "the payload is no map of claims (RFC 8392)")
    return claims


def _health_certificate(claims: Mapping[object, object]) -> schema.Entry:
    container = claims.get(_HEALTH_CERTIFICATE)
    certificate = container.get(_EU_DCC) if isinstance(container, dict) else None
    if not isinstance(certificate, dict):
        raise Unreadable(Reason.NOT_A_PASS, "no health certificate (claim -260, 1) in the payload")
    return certificate


def _seconds(claims: Mapping[object, object], label: int) -> float:
    value = claims.get(label)
    if type(value) is int:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise schema.malformed(f"claim {label} is no time")


def _issuer(value: object) -> str | None:
    if value is not None and not isinstance(value, str):
        raise schema.malformed("iss is no text")
    return value


def _name(name: schema.Entry) -> tuple[str, str]:
    family = name.get("fn") or name.get("fnt", "").replace("<", " ")
    given = name.get("gn") or name.get("gnt", "").replace("<", " ")
    return family.strip(), given.strip()


Vaccination = tuple[int, int, Status, str | None, date]
"""Doses, series, status, vaccine's name and date of the last dose, as ``VerifiedClaims`` has them."""


def vaccination(entry: schema.Entry, vaccines: VaccineTable) -> Vaccination:
    """Return what a checked vaccination entry says; the product by its name where it is known."""
    doses, series = entry["dn"], entry["sd"]
    vaccine = vaccines.display_name(entry["mp"])
    return doses, series, status_of(doses, series), vaccine, schema.full_date(entry["dt"], "dt")
