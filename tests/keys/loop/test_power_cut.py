"""kill -9, or a full card, at every step of an update from a loop: the old or the new, whole, and it can go on."""

import os
import shutil
import signal

import pytest

from keys.client.load import load
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.errors import KeysError
from keys.loop import keeping
from keys.loop.taking import Taking
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import DAY, NOW, Repository, signers_json
from tests.keys.killing import THROUGH, at_step, kill, no_room

from .builders import a_loop

LATER = NOW + DAY


@pytest.fixture(autouse=True)
def without_waiting_for_the_disk(monkeypatch):
    """A killed process loses nothing that it wrote: only a cut of real power needs fsync."""
    monkeypatch.setattr(os, "fsync", lambda _: None)


@pytest.fixture
def held(tmp_path):
    """A device with the first day's data, and the texts of the next day's loop, which trusts no signer."""
    repository = Repository()
    store = DeviceStore(tmp_path / "device")
    update(store, Memory(repository.files), NOW, root=repository.first_root)
    return store, a_loop(repository.put("keys/signers.json", signers_json(), LATER)).texts()


def taken(store, texts):
    taking = Taking(store, clock=lambda: LATER)
    return next((done for done in map(taking.take, texts) if done is not None), None)


def signers_of(store):
    held = load(store)
    assert not held.note
    return len(held.trust.signers)


@pytest.mark.parametrize("act", [kill, no_room])
def test_at_every_step_the_device_has_the_old_or_the_new_and_the_next_try_ends_it(held, tmp_path, act):
    store, texts = held

    def work(copy):
        try:
            taken(copy, texts)
        except KeysError:
            return 1
        return 0

    states = []
    for step in range(1, 400):
        copy = DeviceStore(tmp_path / "copies" / str(step))
        shutil.copytree(store.root, copy.root)
        code = at_step(lambda copy=copy: work(copy), step, act)
        assert code in {THROUGH, -signal.SIGKILL, 0, 1}
        states.append(signers_of(copy))
        assert taken(copy, texts) in {True, False}
        assert signers_of(copy) == 0
        assert keeping.kept(copy).texts() == texts
        if code == THROUGH:
            break
        shutil.rmtree(copy.root)
    assert code == THROUGH
    assert step > 20
    assert set(states) == {0, 1}
