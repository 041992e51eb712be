"""The payload of a domestic pass (``VN1:``): claims to bytes and back, strictly.

{1: "VN", 4: exp, 6: iat, -65537: [name, birth, serial, doses, series, vaccine, last, ext?]} in the
deterministic order of RFC 8949, section 4.2.1; before any dose the array ends after ``doses``.
``docs/format.md`` gives the reasons and vectors.  Strict because the format is ours: what was
read is written again and must give the same bytes, so there is one payload for one set of claims.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import cbor2

from vaccine_pass import cbor, names
from vaccine_pass.claims import DomesticClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError, Unreadable
from vaccine_pass.reasons import Reason

PREFIX = "VN1:"
EXTERNAL_AAD = b"VN1:"
"""Signed beside the payload, so that a signature over one form is never one over the other."""

ISSUER = "VN"
PASS_CLAIM = -65537
DEVICE_KEY = -1
"""Extension: the holder's device key, a compressed P-256 point of 33 bytes (for later)."""

NO_DOSE_VALIDITY = 90 * 86_400
"""Seconds a pass from before any dose is valid at most."""

_EPOCH = date(1970, 1, 1)
_MAX_SECONDS = 253_402_300_799  # the last second of the year 9999


def write(claims: DomesticClaims) -> bytes:
    """Return the payload.

    :raises PassError: naming the claim that cannot be on a domestic pass.
    """
    _check(claims)
    PartialDate.of(*claims.birth)  # made from a record, it may be any three numbers
    return _encoded(claims)


def read(payload: bytes) -> DomesticClaims:
    """Return the claims of a payload.

    :raises Unreadable: ``newer_format`` for an extension that must be understood and is not,
        ``not_a_pass`` without the pass claim, ``malformed_claims`` for anything else.
    """
    try:
        claims = _claims(cbor.loads(payload))
        _check(claims)
    except Unreadable as error:
        reason = Reason.MALFORMED_CLAIMS if error.reason is Reason.NOT_COSE else error.reason
        raise Unreadable(reason, error.message) from error
    except PassError as error:
        raise Unreadable(Reason.MALFORMED_CLAIMS, error.message) from error
    if _encoded(claims) != payload:
        raise Unreadable(Reason.MALFORMED_CLAIMS, "not the one encoding of its claims (RFC 8949, 4.2.1)")
    _check_extensions(claims.extensions)
    return claims


def _encoded(claims: DomesticClaims) -> bytes:
    if claims.extensions:
        return cbor.dumps_deterministic(_payload(claims))
    return cbor2.dumps(_payload(claims))  # the literal below is in deterministic order already


def _payload(claims: DomesticClaims) -> dict[int, object]:
    content: list[object] = [claims.name, claims.birth.number, claims.serial, claims.doses]
    if claims.doses and claims.last_dose is not None:
        content += [claims.series, claims.vaccine, (claims.last_dose - _EPOCH).days]
    if claims.extensions:
        content.append(dict(claims.extensions))
    return {1: ISSUER, 4: claims.expires_at, 6: claims.issued_at, PASS_CLAIM: content}


def _claims(document: object) -> DomesticClaims:
    if not isinstance(document, dict) or PASS_CLAIM not in document:
        raise Unreadable(Reason.NOT_A_PASS, "no pass claim (-65537) in the payload")
    if set(document) != {1, 4, 6, PASS_CLAIM} or document[1] != ISSUER:
        raise _malformed("claims other than iss VN, exp, iat and the pass")
    content = document[PASS_CLAIM]
    if not isinstance(content, (list, tuple)) or len(content) not in (4, 7, 8):
        raise _malformed("the pass claim is no array of 4, 7 or 8 items")
    series, vaccine, last = content[4:7] or (None, None, None)
    return DomesticClaims(
        name=content[0],
        birth=_birth(content[1]),
        serial=content[2],
        doses=content[3],
        series=series,
        vaccine=vaccine,
        last_dose=_day(last),
        issued_at=document[6],
        expires_at=document[4],
        extensions=_extensions(content[7:]),
    )


def _birth(number: object) -> PartialDate:
    if type(number) is not int:
        raise _malformed("the birth date is no number")
    try:
        return PartialDate.from_number(number)
    except PassError as error:  # whose sentence has the date in it
        raise _malformed("the birth date is no date") from error


def _day(days: object) -> date | None:
    if days is None:
        return None
    if type(days) is not int or not 0 <= days <= (date.max - _EPOCH).days:
        raise _malformed("the last dose is no number of days since 1970")
    return _EPOCH + timedelta(days=days)


def _extensions(more: Sequence[object]) -> Mapping[int, object]:
    if not more:
        return {}
    if not isinstance(more[0], dict) or not more[0]:
        raise _malformed("the extension is no map with content")
    return more[0]


def _check(claims: DomesticClaims) -> None:
    _check_name(claims.name)
    _in_range("serial", claims.serial, 0, 0xFFFFFFFF)
    _in_range("doses", claims.doses, 0, 99)
    _in_range("iat", claims.issued_at, 0, _MAX_SECONDS)
    _in_range("exp", claims.expires_at, claims.issued_at + 1, _MAX_SECONDS)
    if any(type(key) is not int for key in claims.extensions):
        raise PassError("An extension's key is no number.", code="bad_claim")
    if claims.doses:
        _check_doses(claims)
    else:
        _check_before_any_dose(claims)


def _check_name(name: object) -> None:
    if not isinstance(name, str) or names.whole_name(name) != name:
        raise PassError("The name is not in its whole, NFC form.", code="bad_name")


def _check_doses(claims: DomesticClaims) -> None:
    _in_range("series", claims.series, 1, 99)
    if claims.last_dose is None or claims.last_dose < _EPOCH:
        raise PassError("The date of the last dose is missing or before 1970.", code="bad_claim")
    if isinstance(claims.vaccine, str):
        if not 0 < len(claims.vaccine) <= 80:
            raise PassError("The vaccine's code has no or over 80 characters.", code="bad_claim")
    else:
        _in_range("vaccine", claims.vaccine, 0, 0xFFFF)


def _check_before_any_dose(claims: DomesticClaims) -> None:
    given = (claims.series, claims.vaccine, claims.last_dose)
    if given != (None, None, None) or claims.extensions:
        raise PassError("A pass from before any dose names no series, vaccine or date.", code="bad_claim")
    if claims.expires_at - claims.issued_at > NO_DOSE_VALIDITY:
        raise PassError("A pass from before any dose is valid for 90 days at most.", code="bad_claim")


def _check_extensions(extensions: Mapping[int, object]) -> None:
    for key, value in extensions.items():
        if key == DEVICE_KEY:
            if not isinstance(value, bytes) or len(value) != 33:
                raise _malformed("the device key is not 33 bytes")
        elif key < 0:
            raise Unreadable(Reason.NEWER_FORMAT, f"extension {key} must be understood and is not")


def _in_range(claim: str, value: object, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise PassError(f"The claim {claim} is not a whole number from {low} to {high}.", code="bad_claim")


def _malformed(what: str) -> Unreadable:
    return Unreadable(Reason.MALFORMED_CLAIMS, what)
