"""The encrypted form of a private key, held against OpenSSL's own reading of it."""

import contextlib
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st

from keys import pkcs8
from keys.errors import KeysError
from keys.secret import Secret

from .builders import EC_KEY, P384_KEY

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")
PASSPHRASE = Secret(b"correct horse battery staple")


def test_what_is_encrypted_opens_again():
    opened = pkcs8.decrypt(pkcs8.encrypt(EC_KEY, PASSPHRASE), PASSPHRASE)
    assert opened.private_numbers() == EC_KEY.private_numbers()


def test_two_files_of_one_key_have_nothing_in_common_but_the_header():
    one, other = pkcs8.encrypt(EC_KEY, PASSPHRASE), pkcs8.encrypt(EC_KEY, PASSPHRASE)
    assert set(one.split(b"\n")[2:-2]).isdisjoint(other.split(b"\n")[2:-2])


@needs_openssl
def test_openssl_opens_the_file_and_finds_the_same_key(tmp_path):
    (tmp_path / "key.pem").write_bytes(pkcs8.encrypt(EC_KEY, PASSPHRASE))
    (tmp_path / "passphrase").write_bytes(PASSPHRASE.unsafe_reveal())
    command = ["openssl", "pkcs8", "-in", tmp_path / "key.pem", "-passin", f"file:{tmp_path}/passphrase"]
    plain = subprocess.run(command, capture_output=True, check=True).stdout
    opened = serialization.load_pem_private_key(plain, None)
    assert opened.private_numbers() == EC_KEY.private_numbers()


@needs_openssl
def test_openssl_sees_scrypt_and_aes_in_the_file(tmp_path):
    (tmp_path / "key.pem").write_bytes(pkcs8.encrypt(EC_KEY, PASSPHRASE))
    command = ["openssl", "asn1parse", "-in", tmp_path / "key.pem"]
    structure = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    assert all(word in structure for word in (":PBES2", ":scrypt", ":aes-256-cbc", ":4000"))


@needs_openssl
def test_a_file_that_openssl_encrypted_opens(tmp_path):
    (tmp_path / "plain.pem").write_bytes(
        EC_KEY.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (tmp_path / "passphrase").write_bytes(PASSPHRASE.unsafe_reveal())
    command = ["openssl", "pkcs8", "-topk8", "-scrypt", "-in", tmp_path / "plain.pem"]
    command += ["-passout", f"file:{tmp_path}/passphrase"]
    document = subprocess.run(command, capture_output=True, check=True).stdout
    assert pkcs8.decrypt(document, PASSPHRASE).private_numbers() == EC_KEY.private_numbers()


def test_the_wrong_passphrase_is_refused():
    with pytest.raises(KeysError) as refused:
        pkcs8.decrypt(pkcs8.encrypt(EC_KEY, PASSPHRASE), Secret(b"wrong"))
    assert refused.value.code == "wrong_passphrase"


def test_a_key_that_is_not_encrypted_is_refused():
    plain = EC_KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(KeysError) as refused:
        pkcs8.decrypt(plain, PASSPHRASE)
    assert refused.value.code == "not_encrypted"


def test_a_key_of_another_curve_is_refused():
    with pytest.raises(KeysError) as refused:
        pkcs8.decrypt(pkcs8.encrypt(P384_KEY, PASSPHRASE), PASSPHRASE)
    assert refused.value.code == "not_a_key"


@settings(max_examples=40, deadline=None)
@given(position=st.integers(min_value=0), value=st.integers(0, 255))
def test_a_damaged_file_is_refused_or_holds_the_same_key(position, value):
    document = bytearray(DOCUMENT)
    document[position % len(document)] = value
    try:
        opened = pkcs8.decrypt(bytes(document), PASSPHRASE)
    except KeysError:
        return
    assert opened.private_numbers() == EC_KEY.private_numbers()


def test_changing_any_byte_of_the_cipher_text_never_gives_another_key(cheap_scrypt):
    """CBC lets one who can write the file steer what it decrypts to: an unknown algorithm, a wrong number."""
    text = pkcs8.encrypt(EC_KEY, PASSPHRASE)
    for position in range(len(text)):
        changed = bytearray(text)
        changed[position] ^= 1
        with contextlib.suppress(KeysError):
            assert pkcs8.decrypt(bytes(changed), PASSPHRASE).private_numbers() == EC_KEY.private_numbers()


@settings(max_examples=100, deadline=None)
@given(junk=st.binary(max_size=400))
def test_junk_is_refused(junk):
    with pytest.raises(KeysError):
        pkcs8.decrypt(junk, PASSPHRASE)


DOCUMENT = pkcs8.encrypt(EC_KEY, PASSPHRASE)
