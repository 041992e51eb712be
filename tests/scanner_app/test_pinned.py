"""The root in the build: pinned without `--root`, no other taken, and its fingerprint for the ear."""

import hashlib
import re

import pytest

from keys.client.errors import DeviceTrustError
from keys.client.fingerprint import fingerprint
from keys.client.store import DeviceStore
from scanner_app import cli_update, updating
from scanner_app.pinned import built_in, root_to_pin
from tests.keys.client.repository import NOW, Repository

OURS, OTHER = b'{"our": "root"}', b'{"other": "root"}'


@pytest.fixture
def store(tmp_path):
    return DeviceStore(tmp_path / "device")


@pytest.fixture
def stick(tmp_path, monkeypatch):
    """A stick with a channel of now; its folder."""
    monkeypatch.setattr("time.time", lambda: float(NOW))
    return Repository(NOW).write_to(tmp_path / "stick")


@pytest.fixture
def build(stick, monkeypatch):
    """As a build that carries the stick's root; gives that root."""
    root = (stick / "metadata/1.root.json").read_bytes()
    for module in (cli_update, updating):
        monkeypatch.setattr(module, "built_in", lambda: root)
    return root


def test_this_repository_carries_no_root():
    assert built_in() is None


def test_a_build_carries_the_root_that_lies_beside_the_module(tmp_path):
    assert built_in(tmp_path) is None
    (tmp_path / "root.json").write_bytes(OURS)
    assert built_in(tmp_path) == OURS


def test_a_build_without_a_root_takes_the_one_that_is_given(store):
    assert root_to_pin(store, OTHER, None) == OTHER
    assert root_to_pin(store, None, None) is None


def test_a_build_with_a_root_pins_it_and_refuses_another(store):
    assert root_to_pin(store, None, OURS) == root_to_pin(store, OURS, OURS) == OURS
    with pytest.raises(DeviceTrustError) as caught:
        root_to_pin(store, OTHER, OURS)
    assert caught.value.code == "other_root"
    assert fingerprint(OURS) in caught.value.message
    assert fingerprint(OTHER) in caught.value.message


def test_a_device_goes_on_with_the_root_that_it_has_pinned(store):
    store.root.mkdir()
    store.pin(OTHER)
    assert root_to_pin(store, None, OURS) is None
    assert root_to_pin(store, OTHER, OURS) == OTHER


def test_a_scanner_of_such_a_build_is_set_up_without_a_root_and_shows_its_fingerprint(store, stick, build, capsys):
    assert cli_update.update(store.root, str(stick), None) == 0
    assert store.pinned_root() == build
    assert f"  {fingerprint(build)}\n" in capsys.readouterr().out
    cli_update.show(store.root, as_object=False)
    assert f"  {fingerprint(build)}\n" in capsys.readouterr().out


def test_a_forged_channel_is_refused_by_such_a_build_whatever_root_comes_with_it(store, tmp_path, build):
    forged = Repository(NOW).write_to(tmp_path / "forged")
    with pytest.raises(DeviceTrustError) as caught:
        cli_update.update(store.root, str(forged), forged / "metadata/1.root.json")
    assert caught.value.code == "other_root"
    assert store.pinned_root() is None


def test_a_fingerprint_is_sha_256_in_groups_of_four():
    said = fingerprint(OURS)
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", said)
    assert said.replace(" ", "") == hashlib.sha256(OURS).hexdigest()
