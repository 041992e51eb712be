"""Builders of signers, certificates and JSON Web Keys for the tests of keys."""

import base64
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from keys.entry import KeyStatus, SignerEntry
from keys.jwk import jwk_of
from keys.lifecycle import DAY

NOW = 1_800_000_000
EC_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_EC_KEY = ec.generate_private_key(ec.SECP256R1())
P384_KEY = ec.generate_private_key(ec.SECP384R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SMALL_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)


def a_signer(number=1, *, form="travel", status=KeyStatus.PENDING, published_at=NOW, **changes):
    """An entry without files: for the rules of the life cycle."""
    values = {
        "kid": number.to_bytes(8, "big"),
        "name": f"VN-{number}",
        "form": form,
        "status": status,
        "key": jwk_of(EC_KEY.public_key()),
        "created_at": NOW,
        "published_at": published_at,
        "sign_from": NOW,
        "sign_until": NOW + 90 * DAY,
        "accept_until": NOW + 456 * DAY,
    }
    return SignerEntry(**(values | changes))


def a_certificate(key=EC_KEY, *, usages=(), start=NOW, end=NOW + DAY, extension=None):
    """A foreign signer's certificate as DER, self-signed, with one more extension when it is given."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "DSC")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(datetime.fromtimestamp(start, UTC))
        .not_valid_after(datetime.fromtimestamp(end, UTC))
    )
    if usages:
        identifiers = [x509.ObjectIdentifier(usage) for usage in usages]
        builder = builder.add_extension(x509.ExtendedKeyUsage(identifiers), critical=False)
    if extension:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def pem_of(der, label="CERTIFICATE"):
    """The PEM text of DER bytes."""
    return f"-----BEGIN {label}-----\n{base64.encodebytes(der).decode()}-----END {label}-----\n".encode()
