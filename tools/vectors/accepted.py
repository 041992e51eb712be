"""The vectors that are accepted, each with every intermediate step from claims to text."""

from __future__ import annotations

from typing import Any

from tools.vectors.people import (
    DOMESTIC_SIGNER,
    TRAVEL_SIGNER,
    before_any_dose,
    domestic_claims,
    one_dose_product,
    travel_claims,
)
from vaccine_pass import base45, compression, cose, domestic, sign
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.serials import serial_of


def domestic_vectors() -> list[dict[str, Any]]:
    """Return the domestic passes."""
    return [
        _domestic("two doses of two", domestic_claims()),
        _domestic("before any dose", before_any_dose()),
        _domestic("one dose of two, birth year only", domestic_claims(doses=1, birth=PartialDate.of(1948))),
        _domestic("booster, three of two", domestic_claims(doses=3)),
        _domestic("a product that the table does not know", domestic_claims(vaccine=17)),
        _domestic("a product by its EU code", domestic_claims(vaccine="EU/1/21/1618")),
        _domestic("an extension that may be ignored", domestic_claims(extensions={1: "x", 24: [1, 2]})),
        _domestic("the holder's device key", domestic_claims(extensions={-1: b"\x02" + bytes(32)})),
    ]


def travel_vectors() -> list[dict[str, Any]]:
    """Return the travel passes."""
    return [_travel("two doses of two", travel_claims()), _travel("one dose of one", one_dose_product())]


def serial_vectors() -> dict[str, Any]:
    """Return serials under the key 00 01 … 1f."""
    secret = bytes(range(32))
    numbers = [(1, 0), (1, 1), (1, 2), (1, 1048575), (4095, 0)]
    found = [{"block": block, "n": n, "serial": f"{serial_of(secret, block, n):08x}"} for block, n in numbers]
    return {"secret": secret.hex(), "serials": found}


def _domestic(name: str, claims: DomesticClaims) -> dict[str, Any]:
    text = sign.domestic_text(claims, DOMESTIC_SIGNER)
    envelope = base45.decode(text.removeprefix(domestic.PREFIX))
    steps = _steps(envelope, domestic.EXTERNAL_AAD)
    return {"name": name, "claims": _json(claims), **steps, "cose": envelope.hex(), "text": text}


def _travel(name: str, claims: TravelClaims) -> dict[str, Any]:
    text = sign.travel_text(claims, TRAVEL_SIGNER)
    stream = base45.decode(text[4:])
    envelope = compression.inflate(stream)
    steps = _steps(envelope, b"")
    named = {"name": name, "claims": _json(claims), **steps}
    return {**named, "cose": envelope.hex(), "zlib": stream.hex(), "text": text}


def _steps(envelope: bytes, external_aad: bytes) -> dict[str, str]:
    sign1 = cose.read_sign1(envelope)
    signed = cose.signed_bytes(sign1.protected, sign1.payload, external_aad)
    return {
        "payload": sign1.payload.hex(),
        "protected": sign1.protected.hex(),
        "external_aad": external_aad.hex(),
        "signed_bytes": signed.hex(),
        "signature": sign1.signature.hex(),
    }


def _json(claims: DomesticClaims | TravelClaims) -> dict[str, Any]:
    values = {name: getattr(claims, name) for name in type(claims).__dataclass_fields__}
    values["birth"] = claims.birth.iso
    values["last_dose"] = claims.last_dose.isoformat() if claims.last_dose else None
    if isinstance(claims, DomesticClaims):
        extensions = claims.extensions.items()
        values["extensions"] = {str(k): v.hex() if isinstance(v, bytes) else v for k, v in extensions}
    return values
