"""kill -9, or a full card, at every step of an update: afterwards the old or the new set, whole.

As in `tests/keys/test_power_cut.py`: a child ends just before its n-th change to the disk, n = 1, 2, 3, …
"""

import errno
import os
import shutil
import signal
import sys

import pytest

from keys.client.errors import DeviceTrustError
from keys.client.load import load
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.errors import KeysError

from .conftest import Memory
from .repository import DAY, NOW, PASS_SIGNER, signers_json

LATER = NOW + DAY
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink"}
WRITES = os.O_WRONLY | os.O_RDWR


THROUGH = 100


def before_change(step, act):
    """Call `act` before this process's step-th change to the disk; tells whether it came to that."""
    left = step

    def hook(event, arguments):
        nonlocal left
        if event in CHANGES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITES):
            left -= 1
            if left == 0:
                act()

    sys.addaudithook(hook)
    return lambda: left <= 0


def in_child(work):
    """Run `work` in a child; its exit code, or minus the signal that ended it."""
    child = os.fork()
    if child == 0:
        code = 9
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def no_room():
    raise OSError(errno.ENOSPC, "No space left on device")


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
def next_release(enrolled):
    enrolled.put("keys/signers.json", signers_json(), LATER)
    enrolled.targets["rules/79/rules.json"] = b"[1]"
    return enrolled.publish(LATER, "rules-79")


def every_step(store, tmp_path, act, work):
    for step in range(1, 400):
        copy = DeviceStore(tmp_path / "copies" / str(step))
        if store.root.exists():
            shutil.copytree(store.root, copy.root)

        def run(copy=copy, step=step):
            acted = before_change(step, act)
            code = work(copy)
            return code if acted() else THROUGH

        code = in_child(run)
        yield copy, code
        if code == THROUGH:
            assert step > 15
            return
    raise AssertionError("the update never came to its end")


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
