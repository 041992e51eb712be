"""The key folder: what it keeps, what it refuses, and what a damaged one says."""

import json
import shutil
import stat

import pytest
from cryptography.hazmat.primitives import hashes

from keys import lifecycle
from keys.entry import KeyStatus
from keys.errors import KeysError
from keys.store import KeyStore

from .builders import EC_KEY, NOW, a_signer


def test_what_is_written_is_read_back(store):
    before = store.signers()
    after = store.change(lambda signers: lifecycle.retire(signers, before[0].kid, NOW + 1))
    assert KeyStore(store.root).signers() == after != before


def test_everything_in_the_key_folder_is_private(store):
    for path in (store.root, *store.root.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_no_key_is_on_the_disk_in_the_clear(store):
    for path in store.root.rglob("private.pem"):
        assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")


def test_the_key_id_is_that_of_the_certificate(store):
    for entry in store.signers():
        assert store.certificate(entry).fingerprint(hashes.SHA256())[:8] == entry.kid


def test_a_key_opens_and_fits_its_certificate(store):
    for entry in store.signers():
        assert store.open_key(entry).public_key() == store.certificate(entry).public_key()


def test_passphrases_can_lie_in_another_folder(store, tmp_path):
    (store.root / "passphrases").rename(tmp_path / "credentials")
    apart = KeyStore(store.root, passphrases=tmp_path / "credentials")
    assert apart.open_key(apart.signers()[0])
    with pytest.raises(KeysError, match="does not exist"):
        store.open_key(store.signers()[0])


def test_a_key_file_that_was_exchanged_is_refused(store):
    domestic, travel = store.signers()
    shutil.copy(store._folder(travel) / "private.pem", store._folder(domestic) / "private.pem")
    shutil.copy(store._passphrase_file(travel), store._passphrase_file(domestic))
    with pytest.raises(KeysError) as refused:
        store.open_key(domestic)
    assert refused.value.code == "wrong_key"


def test_a_key_id_that_exists_is_refused_and_the_files_stay_as_they_were(store):
    entry = store.signers()[0]
    before = {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()}
    with pytest.raises(KeysError) as refused:
        store.add(a_signer(kid=entry.kid), EC_KEY, store.certificate(entry))
    assert refused.value.code == "kid_exists"
    assert {path: path.read_bytes() for path in store.root.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("end", ["retire", "revoke"])
def test_the_private_half_is_destroyed_when_a_key_is_over(store, end):
    entry = store.signers()[1]
    if end == "retire":
        store.change(lambda signers: lifecycle.retire(signers, entry.kid, NOW))
    else:
        store.change(lambda signers: lifecycle.revoke(signers, entry.kid, NOW, "stolen"))
    assert not list(store.root.rglob(f"*{entry.kid.hex()}/private.pem"))
    assert not (store.root / "passphrases" / entry.kid.hex()).exists()
    assert store.certificate(entry)


def test_a_change_that_changes_nothing_writes_nothing(store):
    before = store.state_file.stat().st_ino
    store.change(lambda signers: signers)
    assert store.state_file.stat().st_ino == before


def test_a_change_that_is_refused_leaves_the_state_as_it_was(store):
    before = store.signers()
    with pytest.raises(KeysError):
        store.change(lambda signers: lifecycle.activate(signers, before[0].kid, NOW))
    assert store.signers() == before


def test_an_empty_folder_says_to_run_init_and_is_left_empty(tmp_path):
    store = KeyStore(tmp_path)
    for action in (store.signers, lambda: store.change(lambda signers: signers)):
        with pytest.raises(KeysError):
            action()
    with pytest.raises(KeysError, match="checkpoint-keys init"):
        store.signers()


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"format": "checkpoint-keys/1"}',
        b'{"format": "checkpoint-keys/2", "signers": []}',
        b'{"format": "checkpoint-keys/1", "signers": [1]}',
        b'{"format": "checkpoint-keys/1", "signers": [{}]}',
        b"[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_a_damaged_state_file_is_named(store, damage):
    store.state_file.write_bytes(damage)
    with pytest.raises(KeysError) as refused:
        store.signers()
    assert refused.value.code == "damaged"
    assert str(store.state_file) in refused.value.message


@pytest.mark.parametrize("member", ["kid", "name", "form", "status", "sign_from", "key", "history"])
def test_a_state_file_with_one_wrong_member_is_refused(store, member):
    document = json.loads(store.state_file.read_text())
    document["signers"][0][member] = "nonsense of a kind"
    store.state_file.write_text(json.dumps(document))
    with pytest.raises(KeysError) as refused:
        store.signers()
    assert refused.value.code == "damaged"


def test_a_damaged_certificate_is_named(store):
    entry = store.signers()[0]
    (store._folder(entry) / "certificate.pem").write_bytes(b"nonsense")
    with pytest.raises(KeysError, match="is damaged"):
        store.certificate(entry)


def test_publishing_again_changes_nothing(store):
    entry = a_signer(published_at=None)
    store.add(entry, EC_KEY, store.certificate(store.signers()[0]))
    assert store.mark_published(NOW + 7)[-1].published_at == NOW + 7
    assert store.mark_published(NOW + 9)[-1].published_at == NOW + 7
    assert store.signers()[-1].status is KeyStatus.PENDING


def test_the_rhythm_is_kept_through_every_change_and_is_90_days_in_a_file_of_before(store):
    document = json.loads(store.state_file.read_text())
    assert document.pop("sign_days") == store.sign_days() == 90
    store.state_file.write_text(json.dumps(document))
    assert store.sign_days() == 90
    assert store.keep_sign_days(30)
    assert not store.keep_sign_days(30)
    store.change(lambda signers: lifecycle.retire(signers, signers[0].kid, NOW))
    assert store.sign_days() == 30


@pytest.mark.parametrize("days", [0, 3651, "30", True, None, 1.5])
def test_a_rhythm_that_is_no_number_of_days_is_damage(store, days):
    document = json.loads(store.state_file.read_text()) | {"sign_days": days}
    store.state_file.write_text(json.dumps(document))
    with pytest.raises(KeysError, match="sign_days is no number of days"):
        store.signers()
