"""Other issuers' certificates and JWK sets → a plain trust list.

A plain list is what somebody chose to trust: it has no ``signed_at``, so it has
no age, and it binds no country. Good signers are taken, and each bad one is
named in a sentence. Two different keys with one key id are both kept, and a
verifier tries both; what is exactly the same is kept once.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keys import usage
from keys.certificates import facts
from keys.errors import KeysError
from keys.jwk import algorithm_of, jwk_of, public_key_of
from keys.parsing import CertificatePart, KeyPart, Problem, parts
from vaccine_pass.trust import TrustData, TrustedSigner, key_id_of_certificate, key_id_of_jwk

LARGEST_FILE = 16 << 20
_HEX_KID = re.compile(r"[0-9A-Fa-f]{16}")


@dataclass(frozen=True)
class Imported:
    """What an import gave: the trust data, and one sentence for each thing that was refused."""

    trust: TrustData
    problems: tuple[str, ...]


def import_files(paths: Iterable[Path]) -> Imported:
    """Read files, and folders with all files in them, into a plain trust list."""
    signers: dict[bytes, list[TrustedSigner]] = {}
    problems: list[str] = []
    for path in paths:
        for file, found in _signers_under(path):
            if isinstance(found, Problem):
                problems.append(f"{file}: {found.message}")
            elif found not in signers.setdefault(found.kid, []):
                signers[found.kid].append(found)
    trust = TrustData(signers=tuple(signer for same_kid in signers.values() for signer in same_kid))
    return Imported(trust, tuple(problems))


def signers_in(data: bytes) -> Iterator[TrustedSigner | Problem]:
    """The signers in the bytes of one file, in their order; total: no bytes make it raise."""
    for part in parts(data):
        yield part if isinstance(part, Problem) else _signer_or_problem(part)


def signer_of_certificate(der: bytes) -> TrustedSigner:
    """A signer from an X.509 certificate (DER); KeysError when it may not be one.

    Its key id is the certificate's (HCERT: first 8 bytes of SHA-256). From its
    certificate's end on nothing that it signed is accepted. Its beginning binds
    nothing: real issuers date a pass back to before their certificate was made
    (the EU's published Bulgarian test 4), and whoever steals a key can do so as
    well.
    """
    known = facts(der)
    return _signer(key_id_of_certificate(der), known.jwk, kinds=known.usage, accept_until=known.not_after)


def signer_of_jwk(jwk: Mapping[str, Any]) -> TrustedSigner:
    """A signer from a JWK (RFC 7517), without times; KeysError when it may not be one.

    Its key id is the JWK's ``kid`` when that is 8 bytes in base64 or
    hexadecimal, else the first 8 bytes of its thumbprint (RFC 9679).
    """
    public = jwk_of(public_key_of(jwk))
    _refuse_other_purpose(jwk, algorithm_of(public))
    return _signer(_named_key_id(jwk.get("kid")) or key_id_of_jwk(public), public, kinds=usage.ALL)


def _signer(
    kid: bytes, jwk: dict[str, str], *, kinds: frozenset[str], accept_until: float | None = None
) -> TrustedSigner:
    return TrustedSigner(
        kid=kid,
        algorithm=algorithm_of(jwk),
        jwk=jwk,
        form=usage.form_of(kinds),
        country=None,
        usage=kinds,
        sign_from=None,
        sign_until=None,
        accept_until=accept_until,
    )


def _signer_or_problem(part: CertificatePart | KeyPart) -> TrustedSigner | Problem:
    try:
        if isinstance(part, CertificatePart):
            return signer_of_certificate(part.der)
        return signer_of_jwk(part.jwk)
    except KeysError as error:
        return Problem(f"{part.where} is refused: {error.message}")


def _signers_under(path: Path) -> Iterator[tuple[Path, TrustedSigner | Problem]]:
    if not path.is_dir():
        yield from ((path, found) for found in _signers_of_file(path))
        return
    files = sorted(file for file in path.rglob("*") if file.is_file() and not file.name.startswith("."))
    if not files:
        yield path, Problem("there is no file in this folder.")
    for file in files:
        yield from ((file, found) for found in _signers_of_file(file))


def _signers_of_file(path: Path) -> Iterator[TrustedSigner | Problem]:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        yield Problem(f"it cannot be read: {error.strerror or type(error).__name__}.")
        return
    if len(data) > LARGEST_FILE:
        yield Problem(f"it is larger than {LARGEST_FILE >> 20} MB, which no list of signers is.")
        return
    yield from signers_in(data)


def _named_key_id(kid: object) -> bytes | None:
    if not isinstance(kid, str):
        return None
    if _HEX_KID.fullmatch(kid):
        return bytes.fromhex(kid)
    try:
        padded = kid.rstrip("=") + "=" * (-len(kid.rstrip("=")) % 4)
        decoded = base64.b64decode(padded.translate(str.maketrans("-_", "+/")), validate=True)
    except ValueError:
        return None
    return decoded if len(decoded) == 8 else None


def _refuse_other_purpose(jwk: Mapping[str, Any], algorithm: str) -> None:
    if jwk.get("alg", algorithm) != algorithm:
        raise KeysError(f"it is a key for {jwk['alg']!r:.40}, not for {algorithm}.", code="key_not_usable")
    if jwk.get("use", "sig") != "sig":
        raise KeysError(f"it is a key for {jwk['use']!r:.40}, not for signatures.", code="key_not_usable")
