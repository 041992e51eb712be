"""The bytes of a pass taken apart and put together in other ways, by hand.

What an issuer of another country, a careless program or an attacker would send.  ``signed``
makes an envelope around any payload; the two ``*_text`` functions make the text around any
envelope.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import cbor2

from vaccine_pass import base45, cbor, compression, cose, ecdsa

ES256, PS256 = -7, -37
TAG_18 = b"\xd2"


class Parts(NamedTuple):
    """The signed parts of an envelope."""

    protected: bytes
    payload: bytes
    signature: bytes


def certificate(kind="v", **changes) -> dict:
    """A DCC of schema 1.3.0 as a map, before any check."""
    shared = {"tg": "840539006", "co": "VN", "is": "Ministry of Health", "ci": "URN:UVCI:01:VN:00162C4A#J"}
    entries = {
        "v": {
            "vp": "1119349007",
            "mp": "EU/1/20/1528",
            "ma": "ORG-100030215",
            "dn": 2,
            "sd": 2,
            "dt": "2021-11-05",
        },
        "t": {"tt": "LP6464-4", "nm": "PCR", "sc": "2021-12-20T08:00:00Z", "tr": "260415000", "tc": "Hospital"},
        "r": {"fr": "2021-06-01", "df": "2021-06-20", "du": "2022-01-01"},
    }
    name = {"fn": "Nguyễn", "gn": "Hoà", "fnt": "NGUYEN", "gnt": "HOA"}
    return {"ver": "1.3.0", "nam": name, "dob": "1948-05-01", kind: [shared | entries[kind]]} | changes


def with_field(kind, **changes):
    """A certificate of this kind whose one entry is changed; ... leaves a field out."""
    document = certificate(kind)
    entry = document[kind][0] | changes
    return document | {kind: [{name: value for name, value in entry.items() if value is not ...}]}


def with_name(**changes):
    """A certificate whose name is changed; ... leaves a field out."""
    name = certificate()["nam"] | changes
    return certificate(nam={field: value for field, value in name.items() if value is not ...})


def travel_claims(content=None, **changes) -> dict:
    """The CWT map around a certificate; ``iss=``, ``exp=``, ``iat=``, ``nbf=`` change it, None leaves one out."""
    values = {"iss": "VN", "exp": 0x63A19D80, "iat": 0x61C06A00} | changes
    labels = {"iss": 1, "exp": 4, "nbf": 5, "iat": 6}
    claims = {labels[name]: value for name, value in values.items() if value is not None}
    return claims | {-260: {1: certificate() if content is None else content}}


def header(kid, algorithm=ES256) -> bytes:
    """A protected header; kid None leaves it out."""
    return cbor2.dumps({1: algorithm} if kid is None else {1: algorithm, 4: kid})


def signed(payload, issuer, *, protected=None, unprotected=b"\xa0", tags=TAG_18, aad=None) -> bytes:
    """An envelope with a good signature over whatever is given."""
    payload = payload if isinstance(payload, bytes) else cbor2.dumps(payload)
    if protected is None:
        protected = header(issuer.kid, ES256 if issuer.algorithm == "ES256" else PS256)
    if aad is None:
        aad = b"VN1:" if issuer.form == "domestic" else b""
    signature = issuer.sign(cose.signed_bytes(protected, payload, aad))
    if issuer.form == "domestic" and issuer.algorithm == "ES256":
        signature = ecdsa.with_low_s(signature)
    return envelope(Parts(protected, payload, signature), unprotected=unprotected, tags=tags)


def envelope(parts: Parts, *, unprotected=b"\xa0", tags=TAG_18) -> bytes:
    """A COSE_Sign1 of these parts."""
    protected, payload, signature = map(cbor.byte_string, parts)
    return tags + b"\x84" + protected + unprotected + payload + signature


def travel_text(envelope_bytes: bytes, *, level: int | None = 9) -> str:
    """HC1 text around an envelope; level None leaves zlib out."""
    return "HC1:" + base45.encode(envelope_bytes if level is None else zlib.compress(envelope_bytes, level))


def domestic_text(envelope_bytes: bytes) -> str:
    """VN1 text around an envelope."""
    return "VN1:" + base45.encode(envelope_bytes)


def text_of(issuer, envelope_bytes: bytes) -> str:
    """The text of the issuer's form around an envelope."""
    return domestic_text(envelope_bytes) if issuer.form == "domestic" else travel_text(envelope_bytes)


def envelope_of(text: str) -> bytes:
    """The COSE bytes inside a text of either form."""
    data = base45.decode(text[4:])
    return compression.inflate(data) if text.startswith("HC1:") else data


def parts_of(text: str) -> Parts:
    """The signed parts of a text of either form."""
    sign1 = cose.read_sign1(envelope_of(text))
    return Parts(sign1.protected, sign1.payload, sign1.signature)


def twin(signature: bytes) -> bytes:
    """The other signature that verifies where this one does: (r, n - s)."""
    s = ecdsa.P256_ORDER - int.from_bytes(signature[32:], "big")
    return signature[:32] + s.to_bytes(32, "big")
