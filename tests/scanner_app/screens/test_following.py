"""The running window goes on with trust data that another process, or its own update thread, brought."""

import shutil
import time

import numpy as np
import pytest
import zxingcpp

from bench.people import Person, card, frame_with, write_frame
from bench.signers import ThrowawaySigner
from keys.client.http import post
from keys.client.server import enrol
from keys.client.store import DeviceStore
from keys.client.update import update
from tests.keys.client.checkpoint_server import CheckpointServer
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import PASS_SIGNER, Repository, signers_json

SECOND = ThrowawaySigner()
NEXT = ("--next-after", "0.2", "--each", "0.4")


@pytest.fixture
def repository():
    return Repository(int(time.time()))


@pytest.fixture
def store(repository, tmp_path):
    """A device that trusts the first signer only."""
    store = DeviceStore(tmp_path / "device")
    update(store, Memory(repository.files), time.time(), root=repository.first_root)
    return store


@pytest.fixture
def with_second(repository):
    """Publishes the release that trusts the second signer too."""
    return lambda: repository.put("keys/signers.json", signers_json(PASS_SIGNER, SECOND), int(time.time()))


@pytest.fixture
def queue(tmp_path):
    """One person with a pass of the second signer, again and again."""
    person, folder = Person(), tmp_path / "queue"
    folder.mkdir()
    write_frame(folder / "0-a.png", frame_with(card(person.text(SECOND), person)))
    write_frame(folder / "0-b.png", frame_with())
    return folder


def damage_the_next_set(store, repository, tmp_path):
    """Switch the device to a new set of which one file is damaged, as a worn card would leave it."""
    other = DeviceStore(tmp_path / "other")
    shutil.copytree(store.root, other.root)
    update(other, Memory(repository.files), time.time())
    name = other.pointed()
    (other.root / "sets" / name / "manifest.json").write_bytes(b"")
    shutil.copytree(other.root / "sets" / name, store.root / "sets" / name)
    (other.root / "current").replace(store.root / "current")


def test_a_pass_of_a_new_key_is_accepted_after_an_update_by_another_process_without_a_restart(
    a_scanner, store, queue, with_second, run_scanner, tmp_path
):
    scanner = a_scanner("--trust", str(store.root), "--source", str(queue), *NEXT)
    assert scanner.wait_for("verdict")["reason"] == "unknown_signer"
    scanner.wait_for("screen", name="scan")
    stick = with_second().write_to(tmp_path / "stick")
    assert run_scanner("update", "--from", stick, "--trust", store.root).returncode == 0
    after = scanner.events.index(scanner.wait_for("trust", state="switched"))
    assert scanner.wait_for("verdict", after, verdict="complete")["reason"] is None
    assert scanner.stop() == 0
    assert scanner.wait_for("stopped")["clean"]


def test_the_first_update_of_an_empty_device_is_taken_by_the_running_window(a_scanner, queue, with_second, tmp_path):
    store = DeviceStore(tmp_path / "instance" / "scanner")
    store.root.mkdir(parents=True)
    (store.root / "trust.json").write_text('{"format":"checkpoint-trust/1","signers":[]}')
    scanner = a_scanner("--trust", str(store.root), "--source", str(queue), *NEXT)
    assert scanner.wait_for("verdict")["reason"] == "no_trust"
    repository = with_second()
    update(store, Memory(repository.files), time.time(), root=repository.first_root)
    scanner.wait_for("trust", state="switched")
    scanner.wait_for("verdict", verdict="complete")


def test_a_damaged_new_set_keeps_the_old_one_and_says_so(a_scanner, store, repository, with_second, tmp_path):
    person, folder = Person(), tmp_path / "queue"
    folder.mkdir()
    write_frame(folder / "0-a.png", frame_with())
    write_frame(folder / "0-b.png", frame_with(card(person.text(PASS_SIGNER), person)))
    scanner = a_scanner("--trust", str(store.root), "--source", str(folder), "--next-after", "0.2", "--each", "1.5")
    scanner.wait_for("verdict", verdict="complete")
    with_second()
    damage_the_next_set(store, repository, tmp_path)
    after = scanner.events.index(scanner.wait_for("trust", state="damaged"))
    scanner.wait_for("verdict", after, verdict="complete")
    update(store, Memory(repository.files), time.time())
    scanner.wait_for("trust", after + 1, state="switched")
    assert not scanner.complaints


def test_an_enrolled_window_updates_by_itself_and_sends_its_receipt(a_scanner, store, queue, repository, with_second):
    server = CheckpointServer(repository.files)
    try:
        enrol(store, server.enrolment(), post)
        scanner = a_scanner("--trust", str(store.root), "--source", str(queue), "--update-every", "0.02", *NEXT)
        assert scanner.wait_for("verdict")["reason"] == "unknown_signer"
        with_second()
        scanner.wait_for("trust", state="switched")
        scanner.wait_for("verdict", verdict="complete")
        scanner.stop()
    finally:
        server.close()
    assert len(server.receipts) >= 1
    assert scanner.wait_for("stopped")["clean"]
    assert not scanner.complaints


def test_without_a_network_the_window_says_nothing_of_it_and_scans_on(a_scanner, store, queue):
    server = CheckpointServer()
    enrol(store, server.enrolment(), post)
    server.close()
    scanner = a_scanner("--trust", str(store.root), "--source", str(queue), "--update-every", "0.005", *NEXT)
    first = scanner.events.index(scanner.wait_for("verdict"))
    scanner.wait_for("screen", first, name="scan")
    assert scanner.stop() == 0
    assert scanner.wait_for("stopped")["clean"]
    assert not scanner.complaints


def test_an_enrolment_code_is_named_and_no_verdict(a_scanner, tmp_path):
    text = f"checkpoint-enrol:?post=79-CLT-1&server=https%3A%2F%2Fexample.vn&token={'A' * 43}"
    drawn = np.asarray(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=6))
    write_frame(tmp_path / "a.png", frame_with(np.repeat(drawn[:, :, None], 3, axis=2)))
    scanner = a_scanner("--source", str(tmp_path))
    scanner.wait_for("own_code", kind="enrolment")
    assert not [event for event in scanner.events if event["event"] == "verdict"]
