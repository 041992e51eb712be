"""kill -9, or a full card, at every step of an update or an enrolment: afterwards the old or the new, whole."""

import os
import shutil
import signal

import pytest

from keys.client import device_key, enrolled, server
from keys.client.errors import DeviceTrustError
from keys.client.http import post
from keys.client.load import load
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.errors import KeysError

from ..killing import THROUGH, at_step, kill, no_room
from .checkpoint_server import TOKEN, CheckpointServer
from .conftest import Memory
from .repository import DAY, NOW, PASS_SIGNER, signers_json

LATER = NOW + DAY


def whole_state(store):
    """How many signers the device trusts: 1 before, 0 after; the set is whole, or this raises."""
    held = load(store)
    assert held is None or not held.note
    return None if held is None else len(held.trust.signers)


@pytest.fixture(autouse=True)
def without_waiting_for_the_disk(monkeypatch):
    """A killed process loses nothing that it wrote: only a cut of real power needs fsync."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def server_of_posts():
    running = CheckpointServer()
    yield running
    running.close()


@pytest.fixture
def next_release(enrolled):
    enrolled.put("keys/signers.json", signers_json(), LATER)
    enrolled.targets["rules/79/rules.json"] = b"[1]"
    return enrolled.publish(LATER, "rules-79")


def every_step(store, tmp_path, act, work, fewest=15):
    for step in range(1, 400):
        copy = DeviceStore(tmp_path / "copies" / str(step))
        if store.root.exists():
            shutil.copytree(store.root, copy.root)
        code = at_step(lambda copy=copy: work(copy), step, act)
        yield copy, code
        if code == THROUGH:
            assert step > fewest
            return
    raise AssertionError("the work never came to its end")


def test_a_power_cut_leaves_the_old_or_the_new_set_and_the_next_run_goes_on(store, next_release, tmp_path):
    source = Memory(next_release.files)

    def work(copy):
        update(copy, source, LATER)
        return 0

    states = []
    for copy, code in every_step(store, tmp_path, kill, work):
        assert code in {THROUGH, -signal.SIGKILL}
        states.append(whole_state(copy))
        update(copy, source, LATER)
        assert whole_state(copy) == 0
        assert len(list((copy.root / "sets").iterdir())) <= 2
        assert not list(copy.root.glob(".*.tmp"))
        shutil.rmtree(copy.root)
    assert states == sorted(states, reverse=True)
    assert set(states) == {0, 1}


def test_a_power_cut_during_the_first_update_leaves_nothing_or_a_whole_set(store, repository, tmp_path):
    source = Memory(repository.files)

    def work(copy):
        update(copy, source, NOW, root=repository.first_root)
        return 0

    for copy, _ in every_step(store, tmp_path, kill, work):
        assert whole_state(copy) in {None, 1}
        update(copy, source, NOW, root=repository.first_root)
        assert [signer.kid for signer in load(copy).trust.signers] == [PASS_SIGNER.entry().kid]
        shutil.rmtree(copy.root)


def test_a_card_that_is_full_at_any_step_is_one_sentence_and_the_old_or_new_set(store, next_release, tmp_path):
    source = Memory(next_release.files)

    def work(copy):
        try:
            update(copy, source, LATER)
        except DeviceTrustError as error:
            return 1 if error.code == "disk_full" else 2
        except KeysError:
            return 3
        return 0

    for copy, code in every_step(store, tmp_path, no_room, work):
        assert code in {0, 1, THROUGH}  # 0: the folder was there, and nothing had to be made
        assert whole_state(copy) in {0, 1}
        update(copy, source, LATER)
        assert whole_state(copy) == 0
        shutil.rmtree(copy.root)


# --- enrolment ----------------------------------------------------------------------------------


def enrol_at(at, token=TOKEN):
    def work(copy):
        server.enrol(copy, at.enrolment(token), post)
        return 0

    return work


def test_a_power_cut_during_enrolment_is_mended_by_the_same_code(server_of_posts, store, tmp_path):
    """The server may have used the token up already: the key was durable before it was asked."""
    states = []
    for copy, code in every_step(store, tmp_path, kill, enrol_at(server_of_posts), fewest=4):
        assert code in {THROUGH, -signal.SIGKILL}
        states.append(enrolled.load(copy.root) is not None)
        used_by = server_of_posts.owners.get(TOKEN)
        assert used_by in {None, (key := device_key.load(copy.root)) and key.device_id}
        enrol_at(server_of_posts)(copy)
        assert enrolled.load(copy.root).device == device_key.load(copy.root).device_id == server_of_posts.owners[TOKEN]
        assert not list(copy.root.glob(".*.tmp"))
        server_of_posts.owners.clear()  # the next step's device is another one
    assert states == sorted(states)


def test_a_power_cut_while_a_device_moves_leaves_the_old_or_the_new_post(server_of_posts, store, tmp_path):
    enrol_at(server_of_posts)(store)
    before, server_of_posts.post = enrolled.load(store.root), "01-ABC-2"
    seen = []
    for copy, _ in every_step(store, tmp_path, kill, enrol_at(server_of_posts, "M" * 43), fewest=2):
        now = enrolled.load(copy.root)
        assert (now.device, now.post) in {(before.device, "79-CLT-1"), (before.device, "01-ABC-2")}
        seen.append(now.post)
        enrol_at(server_of_posts, "M" * 43)(copy)
        assert enrolled.load(copy.root).post == "01-ABC-2"
    assert seen == sorted(seen, reverse=True)


def test_a_card_that_is_full_during_enrolment_is_one_sentence_and_the_same_code_goes_on(
    server_of_posts, store, tmp_path
):
    def work(copy):
        try:
            return enrol_at(server_of_posts)(copy)
        except DeviceTrustError as error:
            return 1 if error.code == "disk_full" else 2

    for copy, code in every_step(store, tmp_path, no_room, work, fewest=4):
        assert code in {0, 1, THROUGH}
        enrol_at(server_of_posts)(copy)
        assert enrolled.load(copy.root).device == device_key.load(copy.root).device_id
        server_of_posts.owners.clear()
