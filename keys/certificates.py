"""Other issuers' certificates: DER → public key, usage and validity, strictly or leniently.

``cryptography`` parses strictly, and some real signers' certificates break a
rule (a negative serial number, a wrong version, a malformed extension). Those
are read with asn1crypto, here at import and never on the scanner. A
certificate is data here: no chain is checked, because a plain list is trusted
by whoever makes it. Leaves out files and their encodings (``parsing``).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509 as lenient
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key

from keys.errors import KeysError
from keys.jwk import Jwk, jwk_of
from keys.usage import kinds_of


@dataclass(frozen=True)
class Facts:
    """What a trust list needs of a certificate; times are Unix seconds."""

    jwk: Jwk
    usage: frozenset[str]
    not_before: float
    not_after: float


def facts(der: bytes) -> Facts:
    """The facts of a certificate; KeysError when neither parser can read it or its key may not sign."""
    try:
        return _strict(der)
    except KeysError:
        raise
    except Exception:  # noqa: BLE001 - hostile bytes: whatever the strict parser raises, the lenient one decides
        return _lenient_or_refused(der)


def _strict(der: bytes) -> Facts:
    with warnings.catch_warnings():
        # A warning about a certificate's oddities belongs to its issuer, not on our terminal.
        warnings.simplefilter("ignore")
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
        usages = _strict_usages(certificate)
    return Facts(
        jwk=jwk_of(key),
        usage=kinds_of(usages),
        not_before=certificate.not_valid_before_utc.timestamp(),
        not_after=certificate.not_valid_after_utc.timestamp(),
    )


def _strict_usages(certificate: x509.Certificate) -> list[str]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return []
    return [identifier.dotted_string for identifier in usage]


def _lenient_or_refused(der: bytes) -> Facts:
    try:
        return _lenient(der)
    except KeysError:
        raise
    except Exception as error:
        raise KeysError(
            f"it is no X.509 certificate that can be read ({type(error).__name__}).",
            code="not_a_certificate",
        ) from error


def _lenient(der: bytes) -> Facts:
    certificate = lenient.Certificate.load(der)
    body = certificate["tbs_certificate"]
    validity = body["validity"]
    return Facts(
        jwk=jwk_of(_lenient_key(body["subject_public_key_info"].dump())),
        usage=kinds_of(_lenient_usages(body)),
        not_before=_seconds(validity["not_before"].native),
        not_after=_seconds(validity["not_after"].native),
    )


def _lenient_key(der: bytes) -> object:
    try:
        return load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeysError(
            "its key is of a kind that cannot be read; only EC P-256 and RSA keys sign passes.",
            code="key_not_usable",
        ) from error


def _lenient_usages(body: lenient.TbsCertificate) -> list[str]:
    for extension in body["extensions"] or ():
        if extension["extn_id"].dotted == "2.5.29.37":
            return [identifier.dotted for identifier in extension["extn_value"].parsed]
    return []


def _seconds(time: datetime) -> float:
    return time.timestamp()
