"""The failing test vectors: texts that must not be accepted, each with its reason and why.

Built with the same signers as the good ones, so that each fails for one cause alone.
"""

from __future__ import annotations

from typing import Any

import cbor2

from tools.vectors import people
from vaccine_pass import base45, compression, cose, domestic, ecdsa, sign
from vaccine_pass.reasons import Reason

LATER = 86_400


def failures() -> list[dict[str, Any]]:
    """Return the vectors, in the order of the plan's steps."""
    now = people.ISSUED + LATER
    found = [*_texts(), *_signatures(), *_payloads(), *_periods()]
    return [
        {"name": name, "text": text, "at": at or now, "outcome": reason.outcome.value, "reason": reason.code}
        for name, text, reason, at in found
    ]


Row = tuple[str, str, Reason, int | None]


def _texts() -> list[Row]:
    domestic_text = sign.domestic_text(people.domestic_claims(), people.DOMESTIC_SIGNER)
    travel_text = sign.travel_text(people.travel_claims(), people.TRAVEL_SIGNER)
    envelope = compression.inflate(base45.decode(travel_text[4:]))
    return [
        ("nothing", "", Reason.UNKNOWN_PREFIX, None),
        ("a web address", "HTTPS://EXAMPLE.VN/", Reason.UNKNOWN_PREFIX, None),
        ("a small prefix", "vn1:" + domestic_text[4:], Reason.UNKNOWN_PREFIX, None),
        ("a later version", "VN2:" + domestic_text[4:], Reason.NEWER_FORMAT, None),
        ("a SMART Health Card", "shc:/567629595326546034602925", Reason.UNSUPPORTED_FORMAT, None),
        ("longer than any code", "VN1:" + "0" * 7086, Reason.TOO_LARGE, None),
        ("a small letter in Base45", "VN1:" + domestic_text[4:].lower(), Reason.NOT_BASE45, None),
        ("a group above 65535", "VN1::::", Reason.NOT_BASE45, None),
        ("not compressed", "HC1:" + base45.encode(envelope), Reason.NOT_COMPRESSED, None),
        ("a domestic pass behind the travel prefix", "HC1:" + domestic_text[4:], Reason.NOT_COMPRESSED, None),
        ("a travel pass behind the domestic prefix", "VN1:" + travel_text[4:], Reason.NOT_COSE, None),
        ("a domestic pass with bytes left over", _domestic(_envelope(domestic_text) + b"\0"), Reason.NOT_COSE, None),
        ("a domestic pass without its tag", _domestic(_envelope(domestic_text)[1:]), Reason.NOT_COSE, None),
    ]


def _signatures() -> list[Row]:
    text = sign.domestic_text(people.domestic_claims(), people.DOMESTIC_SIGNER)
    sign1 = cose.read_sign1(_envelope(text))
    stranger = people.VectorSigner("domestic", "stranger")
    r, s = sign1.signature[:32], int.from_bytes(sign1.signature[32:], "big")
    twin = r + (ecdsa.P256_ORDER - s).to_bytes(32, "big")
    altered = sign1.payload.replace("Thảo".encode(), "Thão".encode())
    without_aad = people.DOMESTIC_SIGNER.sign(cose.signed_bytes(sign1.protected, sign1.payload))
    return [
        ("a stranger's signature", sign.domestic_text(people.domestic_claims(), stranger), Reason.UNKNOWN_SIGNER, None),
        ("one letter of the name changed", _wrapped(sign1, payload=altered), Reason.BAD_SIGNATURE, None),
        ("a signature of zeros", _wrapped(sign1, signature=bytes(64)), Reason.BAD_SIGNATURE, None),
        ("the twin signature (r, n - s)", _wrapped(sign1, signature=twin), Reason.BAD_SIGNATURE, None),
        (
            "signed without the external data",
            _wrapped(sign1, signature=ecdsa.with_low_s(without_aad)),
            Reason.BAD_SIGNATURE,
            None,
        ),
        ("the travel signer under a domestic pass", _by(people.TRAVEL_SIGNER), Reason.SIGNER_NOT_ALLOWED, None),
    ]


def _payloads() -> list[Row]:
    claims = people.domestic_claims()
    whole = cbor2.loads(domestic.write(claims))
    content = whole[domestic.PASS_CLAIM]
    newer = sign.domestic_text(people.domestic_claims(extensions={-2: 1}), people.DOMESTIC_SIGNER)

    def signed(payload: bytes) -> str:
        protected = cose.protected_header(people.DOMESTIC_SIGNER.kid)
        signature = people.DOMESTIC_SIGNER.sign(cose.signed_bytes(protected, payload, domestic.EXTERNAL_AAD))
        return _domestic(cose.write_sign1(protected, payload, ecdsa.with_low_s(signature)))

    other_order = cbor2.dumps({6: whole[6], 4: whole[4], 1: whole[1], domestic.PASS_CLAIM: content})
    doubled = b"\xa5" + domestic.write(claims)[1:] + b"\x01\x62VN"
    decomposed = [content[0].replace("ả", "a\u0309"), *content[1:]]
    return [
        ("no pass claim", signed(cbor2.dumps({1: "VN", 4: whole[4], 6: whole[6]})), Reason.NOT_A_PASS, None),
        ("keys in another order", signed(other_order), Reason.MALFORMED_CLAIMS, None),
        ("one key twice", signed(doubled), Reason.MALFORMED_CLAIMS, None),
        ("a name that is not NFC", signed(_with(whole, decomposed)), Reason.MALFORMED_CLAIMS, None),
        ("31 February", signed(_with(whole, [content[0], 19900231, *content[2:]])), Reason.MALFORMED_CLAIMS, None),
        ("a dose with no series", signed(_with(whole, content[:4])), Reason.MALFORMED_CLAIMS, None),
        ("an extension that must be understood", newer, Reason.NEWER_FORMAT, None),
    ]


def _periods() -> list[Row]:
    text = sign.domestic_text(people.domestic_claims(), people.DOMESTIC_SIGNER)
    late = people.domestic_claims(issued_at=people.ISSUED + 100 * LATER)
    revoked = people.domestic_claims(serial=people.REVOKED_SERIAL)
    return [
        ("a second before it is issued", text, Reason.NOT_YET_VALID, people.ISSUED - 1),
        ("the second it expires", text, Reason.EXPIRED, people.EXPIRES),
        (
            "issued after its signer's time",
            sign.domestic_text(late, people.DOMESTIC_SIGNER),
            Reason.SIGNER_NOT_VALID_THEN,
            people.ISSUED + 101 * LATER,
        ),
        ("a revoked serial", sign.domestic_text(revoked, people.DOMESTIC_SIGNER), Reason.REVOKED, None),
    ]


def _envelope(text: str) -> bytes:
    return base45.decode(text[len(domestic.PREFIX) :])


def _domestic(envelope: bytes) -> str:
    return domestic.PREFIX + base45.encode(envelope)


def _wrapped(sign1: cose.UnverifiedSign1, *, payload: bytes | None = None, signature: bytes | None = None) -> str:
    return _domestic(cose.write_sign1(sign1.protected, payload or sign1.payload, signature or sign1.signature))


def _by(signer: Any) -> str:
    return sign.domestic_text(people.domestic_claims(), signer)


def _with(whole: dict[int, Any], content: list[Any]) -> bytes:
    return cbor2.dumps({**whole, domestic.PASS_CLAIM: content})
