"""The national authority and the certificates of document signers under it (X.509 v3, RFC 5280).

The authority is a self-signed P-256 certificate that may sign certificates and
revocation lists and nothing else. A signer's certificate may sign data only;
its extended key usage names what: vaccinations for the travel form (the EU's
certificate governance), and for the domestic form a usage of this project's
own, so that no other system can take it for a travel signer without limits.
Its validity is the time in which its passes may be valid; its private key
usage period (RFC 3280 section 4.2.1.4) is the time in which it signs.

Pure: keys and times in, certificates out. Leaves out files and custody.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from keys.errors import KeysError
from keys.usage import DOMESTIC, VACCINATIONS

AUTHORITY_NAME = "National vaccination pass authority"
AUTHORITY_DAYS = 5 * 365
_USAGE = {"domestic": DOMESTIC, "travel": VACCINATIONS}


def authority_certificate(
    key: ec.EllipticCurvePrivateKey, *, start: int, end: int, country: str = "VN"
) -> x509.Certificate:
    """The self-signed certificate of the authority, valid from ``start`` to ``end`` (Unix seconds)."""
    subject = _name(AUTHORITY_NAME, country)
    builder = _builder(subject, subject, key.public_key(), start, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(authority=True), critical=True)
    return builder.sign(key, hashes.SHA256())


def signer_certificate(
    public_key: ec.EllipticCurvePublicKey,
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    *,
    name: str,
    form: str,
    sign_from: int,
    sign_until: int,
    accept_until: int,
) -> x509.Certificate:
    """The certificate of a document signer; refused when it would outlive the authority's own."""
    if accept_until > authority.not_valid_after_utc.timestamp():
        raise KeysError(
            f"passes of {name} would be valid beyond the authority's certificate "
            f"(until {authority.not_valid_after_utc:%Y-%m-%d}); renew the authority first.",
            code="authority_ends",
        )
    country, identifier = _of_authority(authority)
    subject = _name(name, country)
    builder = _builder(subject, authority.subject, public_key, sign_from, accept_until)
    for extension, critical in _signer_extensions(identifier, form, sign_from, sign_until):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(authority_key, hashes.SHA256())


def _of_authority(authority: x509.Certificate) -> tuple[str, x509.SubjectKeyIdentifier]:
    """The country and the key identifier that each signer's certificate takes over."""
    try:
        country = authority.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)[0].value
        identifier = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except (IndexError, x509.ExtensionNotFound) as error:
        raise KeysError(
            "the authority's certificate lacks a country or a subject key identifier; "
            "use one that `checkpoint-keys init` made.",
            code="authority_unusable",
        ) from error
    return str(country), identifier


def _signer_extensions(
    issuer: x509.SubjectKeyIdentifier, form: str, sign_from: int, sign_until: int
) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_key_usage(authority=False), True),
        (x509.ExtendedKeyUsage([x509.ObjectIdentifier(_USAGE[form])]), False),
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), False),
        (x509.PrivateKeyUsagePeriod(_time(sign_from), _time(sign_until)), False),
    ]


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, start: int, end: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(_time(start))
        .not_valid_after(_time(end))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str, country: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
