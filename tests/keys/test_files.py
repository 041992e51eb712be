"""Private files: who may read them, and that they are written whole."""

import os
import stat

import pytest

from keys import files
from keys.errors import KeysError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can make files of root")


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_private_whatever_the_umask_is(tmp_path):
    before = os.umask(0)
    try:
        files.write_whole(tmp_path / "key", b"secret")
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "key") == 0o600


def test_a_public_file_is_readable_whatever_the_umask_is(tmp_path):
    before = os.umask(0o077)
    try:
        files.write_whole(tmp_path / "trust.json", b"{}", mode=0o644)
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "trust.json") == 0o644


def test_new_folders_and_their_new_parents_are_private(tmp_path):
    files.make_private_folder(tmp_path / "instance" / "keys")
    assert mode_of(tmp_path / "instance") == mode_of(tmp_path / "instance" / "keys") == 0o700


@pytest.mark.parametrize("mode", [0o644, 0o604, 0o660, 0o620, 0o601])
def test_a_secret_that_others_can_reach_is_refused_with_the_command_that_mends_it(tmp_path, mode):
    secret = tmp_path / "passphrase"
    secret.write_bytes(b"secret")
    secret.chmod(mode)
    with pytest.raises(KeysError) as refused:
        files.read_private(secret)
    assert refused.value.code == "open_to_others"
    assert f"chmod 600 {secret}" in refused.value.message


@as_root
def test_a_credential_that_a_service_manager_hands_over_is_read(tmp_path):
    credential = tmp_path / "credential"
    credential.write_bytes(b"secret")
    os.chown(credential, 0, 0)
    credential.chmod(0o440)
    assert files.read_private(credential) == b"secret"


@as_root
def test_a_file_that_a_real_group_can_read_is_refused(tmp_path):
    secret = tmp_path / "passphrase"
    secret.write_bytes(b"secret")
    os.chown(secret, 0, 33)
    secret.chmod(0o440)
    with pytest.raises(KeysError, match="can be read by others"):
        files.read_private(secret)


def test_a_missing_secret_and_a_folder_in_its_place_are_refused(tmp_path):
    with pytest.raises(KeysError, match="does not exist"):
        files.read_private(tmp_path / "missing")
    with pytest.raises(KeysError, match="is not a file"):
        files.read_private(tmp_path)


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    path = tmp_path / "state.json"
    files.write_whole(path, b"old")

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeysError, match="No space left on device"):
        files.write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_in_a_missing_folder_is_refused_with_the_folders_name(tmp_path):
    with pytest.raises(KeysError, match=r"the folder .*/missing does not exist"):
        files.write_whole(tmp_path / "missing" / "trust.json", b"{}")
