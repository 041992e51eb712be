"""Trust data: whose signatures count, for what, in which country, and when.

A trust list's entry binds a key id to a public key, an algorithm, a form, a country, a usage and
three times.  What a certificate says of its subject is not trusted here; only the entry is.  The
JSON form (``trust.json``) is read and written by :func:`from_document` and :func:`to_document`.
Left out: how the list reached the scanner and who signed it, which is the trust channel's part.
"""

from __future__ import annotations

import hashlib
import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from vaccine_pass import cbor
from vaccine_pass.errors import PassError
from vaccine_pass.vaccines import VACCINES, VaccineTable

FORMAT = "checkpoint-trust/1"
ALGORITHMS = ("ES256", "PS256")
FORMS = ("domestic", "travel", None)
USAGES = frozenset({"domestic", "vaccination", "test", "recovery"})
KEY_ID_LENGTH = 8

_Item_co = TypeVar("_Item_co", covariant=True)
_TIMES = ("sign_from", "sign_until", "accept_until")
_HEX_KEY_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class TrustedSigner:
    """One entry of a trust list.

    :ivar kid: key id of 8 bytes; two entries may share one, and both are tried.
    :ivar algorithm: ``ES256`` with P-256 only, or ``PS256`` with RSA of 2048 bits or more.
    :ivar jwk: the public key (RFC 7517).
    :ivar form: ``domestic`` or ``travel``; None binds none (a plain imported list).
    :ivar country: the country it may sign for; None binds none (a plain imported list).
    :ivar usage: subset of ``domestic``, ``vaccination``, ``test``, ``recovery``.
    :ivar sign_from: Unix seconds; a pass with an ``iat`` before is refused; None is no limit.
    :ivar sign_until: likewise, for an ``iat`` after.
    :ivar accept_until: nothing it signed is accepted from this time on.
    """

    kid: bytes
    algorithm: str
    jwk: Mapping[str, str]
    form: str | None
    country: str | None
    usage: frozenset[str]
    sign_from: float | None = None
    sign_until: float | None = None
    accept_until: float | None = None


class Revoked(Protocol[_Item_co]):
    """What is revoked: a frozenset, or a list of :mod:`vaccine_pass.revocation`."""

    def __contains__(self, item: object, /) -> bool: ...

    def __iter__(self) -> Iterator[_Item_co]: ...


@dataclass(frozen=True, slots=True)
class TrustData:
    """All that a verdict rests on besides the text and the clock.

    :ivar revoked_serials: serials of our own passes; ``revoked_certificates`` the first 8 bytes of
        the SHA-256 of other issuers' certificate identifiers.
    :ivar signed_at: Unix seconds the data was signed at; None for a plain list, which has no age.
    """

    signers: tuple[TrustedSigner, ...]
    vaccines: VaccineTable = VACCINES
    revoked_serials: Revoked[int] = field(default_factory=frozenset)
    revoked_certificates: Revoked[bytes] = field(default_factory=frozenset)
    signed_at: float | None = None


def key_id_of_certificate(der: bytes) -> bytes:
    """Return the first 8 bytes of the SHA-256 of a certificate (HCERT 1.3, section 3.2)."""
    return hashlib.sha256(der).digest()[:KEY_ID_LENGTH]


def key_id_of_jwk(jwk: Mapping[str, str]) -> bytes:
    """Return the first 8 bytes of a bare key's COSE thumbprint (RFC 9679).

    :raises PassError: when the key is neither on P-256 nor RSA, or a member is missing or no base64url.
    """
    try:
        key = _cose_thumbprint_input(jwk)
    except (KeyError, ValueError) as error:
        raise PassError("A member of the key is missing or no base64url.", code="bad_key") from error
    return hashlib.sha256(key).digest()[:KEY_ID_LENGTH]


def certificate_hash(identifier: str) -> bytes:
    """Return the 8 bytes by which another issuer's certificate is revoked."""
    return hashlib.sha256(identifier.encode()).digest()[:8]


def to_document(trust: TrustData) -> dict[str, object]:
    """Return the JSON values of ``trust.json``; times in ISO 8601, UTC."""
    document: dict[str, object] = {"format": FORMAT}
    if trust.signed_at is not None:
        document["signed_at"] = _iso(trust.signed_at)
    document["signers"] = [_signer_document(signer) for signer in trust.signers]
    document["vaccines"] = trust.vaccines.to_document()
    document["revoked"] = {
        "serials": sorted(trust.revoked_serials),
        "certificates": sorted(item.hex() for item in trust.revoked_certificates),
    }
    return document


def from_document(document: object) -> TrustData:
    """Read what :func:`to_document` wrote; ``vaccines`` and ``revoked`` may be missing.

    :raises PassError: naming the entry and the member that are wrong.
    """
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise _bad(f'it does not say "format": "{FORMAT}"')
    signers = document.get("signers")
    if not isinstance(signers, list):
        raise _bad("signers is no list")
    revoked = document.get("revoked", {})
    vaccines = document.get("vaccines")
    return TrustData(
        signers=tuple(_signer(number, entry) for number, entry in enumerate(signers, start=1)),
        vaccines=VACCINES if vaccines is None else VaccineTable.from_document(vaccines),
        revoked_serials=_revoked_serials(revoked),
        revoked_certificates=_revoked_certificates(revoked),
        signed_at=_time(document, "signed_at", "the list"),
    )


def loads(text: str | bytes) -> TrustData:
    """Read a trust list from JSON text.

    :raises PassError: when it is no JSON, or as :func:`from_document`.
    """
    try:
        return from_document(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise _bad("it is no JSON") from error


def _signer_document(signer: TrustedSigner) -> dict[str, object]:
    times = {name: getattr(signer, name) for name in _TIMES}
    document: dict[str, object] = {
        "kid": signer.kid.hex(),
        "alg": signer.algorithm,
        "key": dict(signer.jwk),
        "form": signer.form,
        "country": signer.country,
        "usage": sorted(signer.usage),
    }
    return document | {name: _iso(seconds) for name, seconds in times.items() if seconds is not None}


def _signer(number: int, entry: object) -> TrustedSigner:
    where = f"signer {number}"
    if not isinstance(entry, Mapping):
        raise _bad(f"{where} is no object")
    kid, country, jwk = entry.get("kid"), entry.get("country"), entry.get("key")
    if not isinstance(kid, str) or not _HEX_KEY_ID.fullmatch(kid):
        raise _bad(f"the kid of {where} is not 16 hexadecimal digits")
    if entry.get("alg") not in ALGORITHMS or entry.get("form", "") not in FORMS:
        raise _bad(f"the alg or form of {where} is none that is known")
    if country is not None and not isinstance(country, str):
        raise _bad(f"the country of {where} is no text")
    if not isinstance(jwk, Mapping) or not all(isinstance(value, str) for value in jwk.values()):
        raise _bad(f"the key of {where} is no JSON Web Key")
    bound = (dict(jwk), entry["form"], country, _usage(entry, where))
    times = [_time(entry, name, where) for name in _TIMES]
    return TrustedSigner(bytes.fromhex(kid), entry["alg"], *bound, *times)


def _usage(entry: Mapping[str, object], where: str) -> frozenset[str]:
    usage = entry.get("usage")
    if not isinstance(usage, list) or not all(isinstance(item, str) for item in usage) or not USAGES.issuperset(usage):
        raise _bad(f"the usage of {where} is no list of {', '.join(sorted(USAGES))}")
    return frozenset(usage)


def _revoked_serials(revoked: object) -> frozenset[int]:
    serials = revoked.get("serials", []) if isinstance(revoked, Mapping) else None
    if not isinstance(serials, list) or not all(type(serial) is int for serial in serials):
        raise _bad("revoked.serials is no list of numbers")
    return frozenset(serials)


def _revoked_certificates(revoked: object) -> frozenset[bytes]:
    hashes = revoked.get("certificates", []) if isinstance(revoked, Mapping) else None
    if not isinstance(hashes, list) or not all(isinstance(h, str) and _HEX_KEY_ID.fullmatch(h) for h in hashes):
        raise _bad("revoked.certificates is no list of 16 hexadecimal digits each")
    return frozenset(map(bytes.fromhex, hashes))


def _time(entry: Mapping[str, object], name: str, where: str) -> float | None:
    text = entry.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise _bad(f"{name} of {where} is no ISO 8601 time") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _cose_thumbprint_input(jwk: Mapping[str, str]) -> bytes:
    """Return the deterministic COSE_Key of the required members (RFC 9679, section 4)."""
    number = {
        name: urlsafe_b64decode(text + "=" * (-len(text) % 4))
        for name, text in jwk.items()
        if name in ("x", "y", "n", "e")
    }
    if jwk.get("kty") == "EC" and jwk.get("crv") == "P-256":
        return cbor.dumps_deterministic({1: 2, -1: 1, -2: number["x"], -3: number["y"]})
    if jwk.get("kty") == "RSA":
        return cbor.dumps_deterministic({1: 3, -1: number["n"], -2: number["e"]})
    raise PassError("The key is neither P-256 nor RSA.", code="bad_key")


def _bad(what: str) -> PassError:
    return PassError(f"The trust list cannot be used: {what}.", code="bad_trust_list")
