"""A private key in a file, as the core's SigningKey."""

import copy
import pickle
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys import custody
from keys.errors import KeysError

from .builders import EC_KEY

KID = bytes(range(8))


def verifies(public_key, signature, message):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    public_key.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
    return True


@pytest.fixture
def files(tmp_path):
    custody.save(EC_KEY, tmp_path / "private.pem", tmp_path / "passphrase")
    return tmp_path / "private.pem", tmp_path / "passphrase"


def test_a_saved_key_signs_and_its_public_half_verifies(files):
    key = custody.load(*files, KID)
    signature = key.sign(b"message")
    assert len(signature) == 64
    assert key.kid == KID
    assert verifies(EC_KEY.public_key(), signature, b"message")


def test_both_files_are_private(files):
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600, 0o600]


def test_the_generated_passphrase_has_256_bits_and_is_never_the_same(tmp_path):
    phrases = set()
    for number in range(2):
        custody.save(EC_KEY, tmp_path / f"{number}.pem", tmp_path / str(number))
        phrases.add((tmp_path / str(number)).read_bytes())
    assert len(phrases) == 2
    assert {len(phrase) for phrase in phrases} == {43}


def test_a_line_end_after_the_passphrase_does_no_harm(files):
    files[1].write_bytes(files[1].read_bytes() + b"\n")
    assert custody.load(*files, KID).kid == KID


@pytest.mark.parametrize("number", [0, 1])
def test_a_key_or_passphrase_that_others_can_read_is_refused(files, number):
    files[number].chmod(0o640 if number else 0o604)
    files[number].chmod(0o644)
    with pytest.raises(KeysError) as refused:
        custody.load(*files, KID)
    assert refused.value.code == "open_to_others"
    assert str(files[number]) in refused.value.message


def test_a_passphrase_that_somebody_thought_up_is_refused(files):
    files[1].write_bytes(b"letmein")
    with pytest.raises(KeysError) as refused:
        custody.load(*files, KID)
    assert refused.value.code == "weak_passphrase"


def test_the_wrong_passphrase_names_the_key_file(files):
    files[1].write_bytes(b"A" * 43)
    with pytest.raises(KeysError) as refused:
        custody.load(*files, KID)
    assert str(files[0]) in refused.value.message


def test_a_key_signs_from_many_threads_at_once(files):
    key = custody.load(*files, KID)
    messages = [str(number).encode() for number in range(400)]
    with ThreadPoolExecutor(8) as pool:
        signatures = list(pool.map(key.sign, messages))
    public = key.public_key()
    assert all(verifies(public, s, m) for s, m in zip(signatures, messages, strict=True))


@pytest.mark.parametrize("leak", [copy.copy, copy.deepcopy, pickle.dumps])
def test_a_key_cannot_be_copied_or_pickled(files, leak):
    with pytest.raises(TypeError):
        leak(custody.load(*files, KID))
