"""Other issuers' certificates and JWK sets: what is taken, what is refused, and with which words."""

import base64
import hashlib
import json

import pytest
from asn1crypto import x509 as lenient
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import usage
from keys.importing import LARGEST_FILE, import_files, signers_in
from keys.jwk import base64url, jwk_of
from keys.parsing import Problem
from vaccine_pass.trust import TrustedSigner, key_id_of_jwk

from .builders import (
    EC_KEY,
    NOW,
    OTHER_EC_KEY,
    P384_KEY,
    RSA_KEY,
    SMALL_RSA_KEY,
    a_certificate,
    pem_of,
)

DER = a_certificate()
KID = hashlib.sha256(DER).digest()[:8]
JWK = jwk_of(EC_KEY.public_key())
ONE_BIT_TOO_MANY = base64url(((1 << 8192) + 1).to_bytes(1025, "big"))


def the_signer(data):
    (found,) = signers_in(data)
    assert isinstance(found, TrustedSigner), found
    return found


def the_problem(data):
    (found,) = signers_in(data)
    assert isinstance(found, Problem), found
    return found.message


def jwk_set(*keys):
    return json.dumps({"keys": keys}).encode()


@pytest.mark.parametrize(
    "data",
    [
        DER,
        DER + b"\n",
        pem_of(DER),
        b"Bag Attributes: \xc3\xa9\n" + pem_of(DER),
        pem_of(DER).replace(b"\n", b"\r\n"),
        pem_of(DER, "X509 CERTIFICATE"),
        b"\xef\xbb\xbf" + pem_of(DER),
        base64.b64encode(DER),
        base64.encodebytes(DER),
        base64.urlsafe_b64encode(DER).rstrip(b"="),
    ],
    ids=["der", "der+lf", "pem", "with text", "crlf", "x509", "bom", "base64", "base64 lines", "base64url"],
)
def test_a_certificate_is_read_in_every_usual_form(data):
    signer = the_signer(data)
    assert (signer.kid, signer.algorithm, signer.jwk) == (KID, "ES256", JWK)


def test_a_plain_list_binds_no_country_and_has_no_age(tmp_path):
    (tmp_path / "a.der").write_bytes(DER)
    trust = import_files([tmp_path / "a.der"]).trust
    assert trust.signed_at is None
    assert (trust.signers[0].country, trust.signers[0].form) == (None, None)


def test_an_rsa_key_signs_with_ps256():
    assert the_signer(a_certificate(RSA_KEY)).algorithm == "PS256"


def test_a_certificates_end_ends_what_it_signed_and_its_beginning_binds_nothing():
    signer = the_signer(a_certificate(start=NOW, end=NOW + 99))
    assert (signer.sign_from, signer.sign_until, signer.accept_until) == (None, None, NOW + 99)


@pytest.mark.parametrize(
    ("usages", "kinds"),
    [
        ((), {"domestic", "vaccination", "test", "recovery"}),
        (("1.3.6.1.5.5.7.3.1",), {"domestic", "vaccination", "test", "recovery"}),
        ((usage.DOMESTIC,), {"domestic"}),
        ((usage.TESTS,), {"test"}),
        ((usage.VACCINATIONS,), {"vaccination"}),
        ((usage.RECOVERIES, "1.3.6.1.5.5.7.3.1"), {"recovery"}),
        (("1.3.6.1.4.1.0.1847.2021.1.1", "1.3.6.1.4.1.0.1847.2021.1.2"), {"test", "vaccination"}),
        (("1.3.6.1.4.1.0.1847.2021.1.3",), {"recovery"}),
    ],
)
def test_the_extended_key_usage_limits_what_a_signer_may_sign(usages, kinds):
    assert the_signer(a_certificate(usages=usages)).usage == kinds


@pytest.mark.parametrize(
    ("usages", "form"), [((), None), ((usage.DOMESTIC,), "domestic"), ((usage.VACCINATIONS,), "travel")]
)
def test_an_import_binds_no_form_unless_the_certificate_names_a_usage(usages, form):
    assert the_signer(a_certificate(usages=usages)).form == form


@pytest.mark.parametrize(
    ("key", "words"),
    [(P384_KEY, "secp384r1; only P-256"), (SMALL_RSA_KEY, "1024 bits")],
    ids=["P-384", "RSA 1024"],
)
def test_a_key_that_may_not_sign_passes_is_refused_with_its_kind(key, words):
    assert words in the_problem(a_certificate(key))


def with_an_unknown_version():
    certificate = lenient.Certificate.load(a_certificate(usages=[usage.TESTS]))
    certificate["tbs_certificate"]["version"] = lenient.Version(7)
    return certificate.dump(force=True)


def with_a_negative_serial_number():
    certificate = lenient.Certificate.load(a_certificate(usages=[usage.TESTS]))
    certificate["tbs_certificate"]["serial_number"] = -7
    return certificate.dump(force=True)


def with_an_extension_twice():
    certificate = lenient.Certificate.load(a_certificate(usages=[usage.TESTS]))
    extensions = certificate["tbs_certificate"]["extensions"]
    extensions.append(extensions[0].copy())
    return certificate.dump(force=True)


def with_a_broken_extension():
    broken = x509.UnrecognizedExtension(x509.BasicConstraints.oid, b"\x04\x01\x00")
    return a_certificate(usages=[usage.TESTS], extension=broken)


@pytest.mark.parametrize("oddly_made", [with_an_unknown_version, with_an_extension_twice, with_a_broken_extension])
def test_a_certificate_that_a_strict_parser_refuses_is_read_leniently(oddly_made):
    der = oddly_made()
    with pytest.raises((ValueError, x509.InvalidVersion, x509.DuplicateExtension)):
        x509.load_der_x509_certificate(der).extensions.get_extension_for_class(x509.BasicConstraints)
    signer = the_signer(der)
    assert signer.kid == hashlib.sha256(der).digest()[:8]
    assert (signer.jwk, signer.usage, signer.accept_until) == (JWK, {"test"}, NOW + 86_400)


def test_a_negative_serial_number_is_taken_without_a_warning(recwarn):
    assert the_signer(with_a_negative_serial_number()).usage == {"test"}
    assert not recwarn.list


def test_many_certificates_in_one_file_are_all_taken_and_the_bad_one_is_named():
    data = pem_of(DER) + pem_of(b"0\x03abc") + pem_of(a_certificate(RSA_KEY))
    first, second, third = signers_in(data)
    assert isinstance(first, TrustedSigner)
    assert isinstance(third, TrustedSigner)
    assert second.message.startswith("block 2 is refused: ")


def test_certificates_after_each_other_in_der_are_all_taken():
    assert len(list(signers_in(DER + a_certificate(RSA_KEY)))) == 2


def test_base64_certificates_one_a_line_are_all_taken():
    lines = [base64.b64encode(DER), base64.b64encode(a_certificate(RSA_KEY))]
    assert len(list(signers_in(b"\n".join(lines)))) == 2


@pytest.mark.parametrize("label", ["PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
def test_a_private_key_is_refused_and_not_shown(label):
    message = the_problem(pem_of(b"secret bytes", label))
    assert "private key" in message
    assert base64.b64encode(b"secret bytes").decode() not in message


def test_a_bare_public_key_is_refused_with_what_is_wanted():
    assert "only certificates" in the_problem(pem_of(b"0", "PUBLIC KEY"))


@pytest.mark.parametrize(
    "data", [jwk_set(JWK), json.dumps(JWK).encode(), json.dumps([JWK]).encode()], ids=["set", "one", "list"]
)
def test_a_json_web_key_is_read_and_named_by_its_thumbprint(data):
    signer = the_signer(data)
    assert (signer.kid, signer.jwk, signer.usage) == (key_id_of_jwk(JWK), JWK, usage.ALL)
    assert (signer.sign_from, signer.sign_until, signer.accept_until) == (None, None, None)


@pytest.mark.parametrize(
    "written",
    [
        bytes.hex,
        lambda kid: kid.hex().upper(),
        lambda kid: base64.b64encode(kid).decode(),
        lambda kid: base64.urlsafe_b64encode(kid).decode().rstrip("="),
    ],
    ids=["hex", "HEX", "base64", "base64url"],
)
def test_a_jwks_own_key_id_is_used_when_it_has_8_bytes(written):
    assert the_signer(jwk_set(JWK | {"kid": written(KID)})).kid == KID


@pytest.mark.parametrize("kid", ["my key", "AAAA", "é" * 16, 7, None, ["x"], "A" * 43])
def test_a_jwks_other_key_id_gives_way_to_the_thumbprint(kid):
    assert the_signer(jwk_set(JWK | {"kid": kid})).kid == key_id_of_jwk(JWK)


RSA_JWK = jwk_of(RSA_KEY.public_key())


def test_an_rsa_json_web_key_is_read():
    assert the_signer(jwk_set(RSA_JWK)).algorithm == "PS256"


@pytest.mark.parametrize(
    ("jwk", "words"),
    [
        (JWK | {"d": "AAAA"}, "private"),
        ({"kty": "oct", "k": "AAAA"}, "private or secret"),
        (JWK | {"crv": "P-384"}, "P-384"),
        (JWK | {"x": JWK["y"]}, "not a point"),
        (JWK | {"x": ""}, "'x' is missing"),
        (JWK | {"x": 5}, "'x' is missing"),
        (JWK | {"x": "!!"}, "'x' is not base64url"),
        ({"kty": "EC", "crv": "P-256", "x": JWK["x"]}, "'y' is missing"),
        (JWK | {"alg": "ES384"}, "ES384"),
        (JWK | {"use": "enc"}, "enc"),
        ({"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, "OKP"),
        ({"kty": ["EC"]}, "only EC P-256 and RSA"),
        (jwk_of(RSA_KEY.public_key()) | {"n": "AQAB"}, "not an RSA key"),
        (jwk_of(RSA_KEY.public_key()) | {"n": "_" * 4000}, "more than 8192 bits"),
        (jwk_of(RSA_KEY.public_key()) | {"n": ONE_BIT_TOO_MANY}, "more than 8192 bits"),
    ],
)
def test_a_json_web_key_that_may_not_sign_is_refused_with_the_reason(jwk, words):
    message = the_problem(jwk_set(jwk))
    assert message.startswith("key 1 is refused: ")
    assert words in message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"{",
        b"{}",
        b"[]",
        b'{"keys": {}}',
        b'{"keys": []}',
        b'{"keys": [1]}',
        b"[" * 200_000,
        b"hello",
        b"\xff\xfe\x00",
        b"0",
        b"0\x80",
        b"-----BEGIN CERTIFICATE-----",
        b'{"n": ' + b"9" * 10_000 + b"}",
    ],
)
def test_junk_is_one_problem(data):
    assert the_problem(data)


def test_two_different_keys_with_one_key_id_are_both_kept_and_the_same_one_only_once(tmp_path):
    other = jwk_of(OTHER_EC_KEY.public_key())
    same_id = {"kid": KID.hex()}
    (tmp_path / "set.json").write_bytes(jwk_set(JWK | same_id, other | same_id, JWK | same_id))
    signers = import_files([tmp_path, tmp_path]).trust.signers
    assert [signer.jwk for signer in signers] == [JWK, other]
    assert {signer.kid for signer in signers} == {KID}


def test_a_folder_is_read_with_all_its_files(tmp_path):
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.der").write_bytes(DER)
    (tmp_path / "b.pem").write_bytes(pem_of(a_certificate(RSA_KEY)))
    (tmp_path / ".hidden").write_bytes(b"junk")
    imported = import_files([tmp_path])
    assert len(imported.trust.signers) == 2
    assert imported.problems == ()


def test_each_bad_file_is_named_and_the_good_ones_are_taken(tmp_path):
    (tmp_path / "good.der").write_bytes(DER)
    (tmp_path / "bad.der").write_bytes(b"junk")
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name for name in ("good.der", "bad.der", "missing.der", "empty")]
    imported = import_files(paths)
    assert len(imported.trust.signers) == 1
    assert [problem.split(":")[0] for problem in imported.problems] == [str(path) for path in paths[1:]]


def test_a_file_that_is_too_large_is_refused_without_being_parsed(tmp_path):
    with (tmp_path / "large.der").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert "larger than 16 MB" in import_files([tmp_path]).problems[0]


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=600))
def test_no_bytes_make_the_import_raise(data):
    assert list(signers_in(data))


@settings(max_examples=300, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(0, len(DER) - 1), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.integers(0, 40),
    wrap=st.sampled_from([bytes, pem_of, base64.b64encode]),
)
def test_no_damaged_certificate_makes_the_import_raise(changes, cut, wrap):
    damaged = bytearray(DER)
    for position, value in changes:
        damaged[position] = value
    assert list(signers_in(wrap(bytes(damaged[: len(damaged) - cut]))))


MEMBERS = st.sampled_from(["keys", "kty", "crv", "x", "y", "n", "e", "d", "kid", "alg", "use"]) | st.text(max_size=3)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([*JWK.values()]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(MEMBERS, inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(document=JSON, key=st.dictionaries(MEMBERS, st.sampled_from(["EC", "RSA", "P-256", *JWK.values()])))
def test_no_json_makes_the_import_raise(document, key):
    assert list(signers_in(json.dumps(document).encode()))
    assert list(signers_in(json.dumps({"keys": [key, document]}).encode()))
