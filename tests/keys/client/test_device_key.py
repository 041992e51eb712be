import json
import stat

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from keys import jws
from keys.client import device_key
from keys.client.enrolment import PROOF_TYPE, Enrolment
from keys.client.errors import DeviceTrustError
from keys.client.load import load
from keys.client.receipt import TYPE, receipt

from .repository import NOW, PASS_SIGNER

ENROLMENT = Enrolment("79-CLT-1", "https://example.vn", "T" * 43)


def pem_of(key, password=None):
    hidden = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)


def test_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    assert device_key.load(tmp_path) is None
    made = device_key.make(tmp_path)
    again = device_key.make(tmp_path)
    assert made.device_id == again.device_id == device_key.load(tmp_path).device_id
    assert made.public_jwk == again.public_jwk
    assert stat.S_IMODE((tmp_path / device_key.FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [device_key.FILE_NAME]


def test_two_devices_have_two_keys(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert device_key.make(tmp_path / "a").device_id != device_key.make(tmp_path / "b").device_id


def test_the_public_half_holds_nothing_private_and_the_key_shows_nothing(tmp_path):
    key = device_key.make(tmp_path)
    assert set(key.public_jwk) == {"kty", "crv", "x", "y"}
    assert repr(key) == f"DeviceKey({key.device_id})"


def test_a_proof_is_the_token_signed_by_this_key(tmp_path):
    key = device_key.make(tmp_path)
    payload = jws.verify(key.proof(ENROLMENT), key.public_jwk, typ=PROOF_TYPE)
    assert json.loads(payload) == {"token": "T" * 43}


def test_a_receipt_says_what_is_held_where_and_by_whom(tmp_path, enrolled, store):
    key, held = device_key.make(tmp_path), load(store)
    text = key.signed_receipt(held, "79-CLT-1", NOW)
    document = json.loads(jws.verify(text, key.public_jwk, typ=TYPE))
    own = {"device": key.device_id, "post": "79-CLT-1", "signers": [PASS_SIGNER.entry().kid.hex()]}
    assert document == receipt(held.manifest, NOW) | own


def test_a_proof_is_no_receipt(tmp_path):
    key = device_key.make(tmp_path)
    with pytest.raises(jws.KeysError, match="not a 'checkpoint-receipt'"):
        jws.verify(key.proof(ENROLMENT), key.public_jwk, typ=TYPE)


def test_a_key_that_others_can_read_is_refused(tmp_path):
    device_key.make(tmp_path)
    (tmp_path / device_key.FILE_NAME).chmod(0o644)
    with pytest.raises(DeviceTrustError, match="chmod 600"):
        device_key.load(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"nonsense",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        pem_of(ec.generate_private_key(ec.SECP384R1())),
        pem_of(rsa.generate_private_key(65537, 2048)),
        pem_of(ec.generate_private_key(ec.SECP256R1()), b"pass"),
    ],
)
def test_a_damaged_key_is_one_sentence_without_its_content_and_is_not_replaced(tmp_path, content):
    path = tmp_path / device_key.FILE_NAME
    path.write_bytes(content)
    path.chmod(0o600)
    for action in (device_key.load, device_key.make):
        with pytest.raises(DeviceTrustError, match="damaged") as refused:
            action(tmp_path)
        assert refused.value.code == "device_key_damaged"
        assert refused.value.__cause__ is None
    assert path.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / device_key.FILE_NAME).mkdir()
    with pytest.raises(DeviceTrustError):
        device_key.make(tmp_path)
