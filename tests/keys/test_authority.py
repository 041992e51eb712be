"""The certificates of the authority and its signers, held against OpenSSL's path validation."""

import shutil
import subprocess

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from keys import authority
from keys.errors import KeysError
from keys.lifecycle import DAY
from keys.usage import DOMESTIC, VACCINATIONS

from .builders import EC_KEY, NOW, OTHER_EC_KEY, a_certificate

AUTHORITY = authority.authority_certificate(EC_KEY, start=NOW, end=NOW + 1000 * DAY)


def a_signer_certificate(form="travel", accept_until=NOW + 400 * DAY, under=AUTHORITY):
    return authority.signer_certificate(
        OTHER_EC_KEY.public_key(),
        under,
        EC_KEY,
        name="VN-2026-12",
        form=form,
        sign_from=NOW,
        sign_until=NOW + 90 * DAY,
        accept_until=accept_until,
    )


def extension(certificate, kind):
    return certificate.extensions.get_extension_for_class(kind)


def test_the_authority_may_sign_certificates_and_revocation_lists_only():
    usage = extension(AUTHORITY, x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert usage.value.crl_sign
    assert not usage.value.digital_signature
    assert extension(AUTHORITY, x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)


def test_a_signer_may_sign_data_only():
    usage = extension(a_signer_certificate(), x509.KeyUsage).value
    assert usage.digital_signature
    assert not usage.key_cert_sign
    assert not extension(a_signer_certificate(), x509.BasicConstraints).value.ca


@pytest.mark.parametrize(("form", "identifier"), [("travel", VACCINATIONS), ("domestic", DOMESTIC)])
def test_the_extended_key_usage_names_what_a_signer_signs(form, identifier):
    usages = extension(a_signer_certificate(form), x509.ExtendedKeyUsage).value
    assert [usage.dotted_string for usage in usages] == [identifier]


def test_a_signer_is_tied_to_the_authority_by_its_key_identifiers():
    certificate = a_signer_certificate()
    own = extension(AUTHORITY, x509.SubjectKeyIdentifier).value
    assert extension(certificate, x509.AuthorityKeyIdentifier).value.key_identifier == own.digest
    assert certificate.issuer == AUTHORITY.subject
    certificate.verify_directly_issued_by(AUTHORITY)


def test_a_certificate_lives_as_long_as_its_passes_and_says_when_its_key_signs():
    certificate = a_signer_certificate()
    assert certificate.not_valid_after_utc.timestamp() == NOW + 400 * DAY
    period = extension(certificate, x509.PrivateKeyUsagePeriod).value
    assert (period.not_after - period.not_before).days == 90


def test_the_country_is_in_both_subjects():
    for certificate in (AUTHORITY, a_signer_certificate()):
        assert certificate.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)[0].value == "VN"


def test_a_signer_that_would_outlive_the_authority_is_refused():
    with pytest.raises(KeysError) as refused:
        a_signer_certificate(accept_until=NOW + 1001 * DAY)
    assert refused.value.code == "authority_ends"


def test_an_authority_without_a_country_is_refused():
    stranger = x509.load_der_x509_certificate(a_certificate(end=NOW + 1000 * DAY))
    with pytest.raises(KeysError) as refused:
        a_signer_certificate(under=stranger)
    assert refused.value.code == "authority_unusable"


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
@pytest.mark.parametrize("form", ["travel", "domestic"])
def test_openssl_accepts_the_chain(tmp_path, form):
    (tmp_path / "authority.pem").write_bytes(AUTHORITY.public_bytes(Encoding.PEM))
    (tmp_path / "signer.pem").write_bytes(a_signer_certificate(form).public_bytes(Encoding.PEM))
    command = ["openssl", "verify", "-x509_strict", "-attime", str(NOW + DAY)]
    command += ["-CAfile", tmp_path / "authority.pem", tmp_path / "signer.pem"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
