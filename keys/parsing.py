"""The bytes of a file → the certificates and JSON Web Keys in it.

Accepts PEM (one block or many, other text around them), DER (one certificate
or several after each other), base64 of DER, and JSON (a JWK set, a list of
JWKs or one JWK). What cannot be read is a ``Problem`` with a sentence, and the
rest goes on. Leaves out what is inside a certificate or a key (``certificates``,
``jwk``) and which files there are (``importing``).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class CertificatePart:
    """A certificate as DER bytes, and where in the file it stood."""

    where: str
    der: bytes


@dataclass(frozen=True)
class KeyPart:
    """A JSON Web Key, and where in the file it stood."""

    where: str
    jwk: Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What could not be read, and why: one sentence, without the file's name."""

    message: str


Part = CertificatePart | KeyPart | Problem
_BLOCK = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_CERTIFICATE_LABELS = {b"CERTIFICATE", b"X509 CERTIFICATE"}
_SEQUENCE = 0x30


def parts(data: bytes) -> Iterator[Part]:
    """Everything in the file, in its order; at least one part or problem."""
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        yield Problem("it is empty.")
    elif b"-----BEGIN " in text:
        yield from _pem_parts(text)
    elif text[:1] in b"{[":
        yield from _json_parts(text)
    elif text.isascii():
        yield from _base64_parts(text)
    else:
        yield from _der_parts(data)


def _pem_parts(text: bytes) -> Iterator[Part]:
    found = False
    for number, block in enumerate(_BLOCK.finditer(text), start=1):
        found = True
        yield _pem_part(block[1], block[2], f"block {number}")
    if not found:
        yield Problem("it has a PEM block without an end.")


def _pem_part(label: bytes, body: bytes, where: str) -> Part:
    if b"PRIVATE KEY" in label:
        return Problem(f"{where} is a private key, which belongs in no list; give the certificate.")
    if label not in _CERTIFICATE_LABELS:
        return Problem(f"{where} is a {label.decode('ascii')}; only certificates can be imported.")
    try:
        return CertificatePart(where, _base64(body))
    except ValueError:
        return Problem(f"{where} is not base64.")


def _json_parts(text: bytes) -> Iterator[Part]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        yield Problem("it looks like JSON and cannot be read as such.")
        return
    keys = _listed(document)
    if not keys:
        yield Problem("it is JSON and no JWK set: there is no list of keys in it.")
        return
    for number, key in enumerate(keys, start=1):
        where = f"key {number}"
        yield KeyPart(where, key) if isinstance(key, dict) else Problem(f"{where} is no JWK.")


def _listed(document: Any) -> list[Any]:
    if isinstance(document, list):
        return document
    keys = [document] if "kty" in document else document.get("keys")
    return keys if isinstance(keys, list) else []


def _base64_parts(text: bytes) -> Iterator[Part]:
    """One certificate over any number of lines; if that is none, one certificate a line."""
    whole = _base64_certificate(text)
    if whole is not None:
        yield CertificatePart("the certificate", whole)
        return
    lines = text.split()
    for number, line in enumerate(lines, start=1):
        der = _base64_certificate(line)
        if der is None:
            # One sentence for the file, not one for each line of some long text.
            yield Problem(f"line {number} is neither PEM, JSON nor the base64 of a certificate.")
            return
        yield CertificatePart(f"line {number}", der)


def _base64_certificate(text: bytes) -> bytes | None:
    try:
        der = _base64(text)
    except ValueError:
        return None
    return der if _element_length(der) == len(der) else None


def _der_parts(data: bytes) -> Iterator[Part]:
    number = 0
    while data[:1] == bytes((_SEQUENCE,)):
        number += 1
        length = _element_length(data)
        yield CertificatePart(f"certificate {number}", data[:length])
        data = data[length:]
    if not number:
        yield Problem("it is neither PEM, DER, base64 nor JSON.")


def _element_length(der: bytes) -> int:
    """The length of the first DER element with its header (X.690 section 8.1.3), or of all there is."""
    if len(der) < 2 or der[0] != _SEQUENCE:
        return 0
    if der[1] < 0x80:
        return 2 + der[1]
    size = der[1] & 0x7F
    if size == 0:  # indefinite length: not DER, but the lenient parser may read it
        return len(der)
    return 2 + size + int.from_bytes(der[2 : 2 + size], "big")


def _base64(text: bytes) -> bytes:
    """Standard or URL alphabet, white space ignored, padding optional; ValueError when it is not base64."""
    compact = b"".join(text.split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    try:
        return base64.b64decode(compact + b"=" * (-len(compact) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
