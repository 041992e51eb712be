"""What the follower offers, look by look; the window itself is in `screens/test_following.py`."""

import threading
import time

import pytest

from keys.client.clock import DeviceClock
from keys.client.store import DeviceStore
from keys.client.update import update
from scanner_app.following import Damaged, Follower
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import DAY, PASS_SIGNER, Repository, signers_json
from tests.scanner_app.builders import within


@pytest.fixture
def now():
    return int(time.time())


@pytest.fixture
def repository(now):
    return Repository(now)


@pytest.fixture
def store(repository, now, tmp_path):
    store = DeviceStore(tmp_path / "device")
    update(store, Memory(repository.files), now, root=repository.first_root)
    return store


@pytest.fixture
def follower(store):
    return Follower(store, store.pointed(), lambda: None)


def publish_and_take(repository, store, now, data=None):
    repository.put("keys/signers.json", data or signers_json(), now)
    update(store, Memory(repository.files), now)


def test_without_a_switch_nothing_is_offered(follower):
    follower.look()
    assert follower.take() is None


def test_a_switch_is_offered_once_whole_and_verified(follower, store, repository, now):
    publish_and_take(repository, store, now)
    follower.look()
    fresh = follower.take()
    assert (fresh.trust.signers, fresh.is_damaged, fresh.was_reset, fresh.is_demo) == ((), False, False, False)
    assert fresh.clock.now() >= now
    assert follower.take() is None
    follower.look()
    assert follower.take() is None


def test_only_the_newest_is_offered_when_nobody_took_the_one_before(follower, store, repository, now):
    publish_and_take(repository, store, now)
    follower.look()
    publish_and_take(repository, store, now, signers_json(PASS_SIGNER))
    follower.look()
    assert [signer.kid for signer in follower.take().trust.signers] == [PASS_SIGNER.entry().kid]


def test_a_switch_between_the_start_and_the_first_look_is_seen(store, repository, now):
    known = store.pointed()
    publish_and_take(repository, store, now)
    follower = Follower(store, known, lambda: None)
    follower.look()
    assert follower.take() is not None


def test_a_damaged_new_set_offers_the_good_one_before_and_says_so(follower, store, repository, now):
    publish_and_take(repository, store, now)
    (store.root / "sets" / store.pointed() / "manifest.json").write_bytes(b"")
    follower.look()
    fresh = follower.take()
    assert fresh.is_damaged
    assert [signer.kid for signer in fresh.trust.signers] == [PASS_SIGNER.entry().kid]


@pytest.mark.parametrize("spoil", ["sets", "pointer", "gone"])
def test_where_nothing_is_whole_the_window_keeps_what_it_has(follower, store, repository, now, spoil):
    publish_and_take(repository, store, now)
    if spoil == "gone":
        (store.root / "current").unlink()
    else:
        for path in (store.root / "sets").glob("*/manifest.json"):
            path.write_bytes(b"{}")
    if spoil == "pointer":
        (store.root / "current").write_bytes(b"../../etc")
    follower.look()
    assert isinstance(follower.take(), Damaged)


def test_a_supervised_reset_of_the_time_begins_the_clock_anew(follower, store, now):
    store.note_last_seen(now + 300 * DAY)
    follower.look()
    assert follower.take() is None
    store.reset_last_seen(now)
    follower.look()
    fresh = follower.take()
    assert fresh.was_reset
    assert fresh.clock.now() < now + DAY


def test_the_thread_notices_a_switch_wakes_the_window_and_ends(store, repository, now):
    woken = threading.Event()
    follower = Follower(store, store.pointed(), woken.set, every=0.01)
    follower.start()
    publish_and_take(repository, store, now)
    assert woken.wait(10)
    assert follower.take() is not None
    assert follower.stop()


def test_a_folder_that_cannot_be_read_for_a_moment_does_not_end_the_thread(store, repository, now, monkeypatch):
    looks = []
    follower = Follower(store, store.pointed(), lambda: None, every=0.01)
    real = store.pointed

    def pointed():
        looks.append(1)
        if len(looks) < 3:
            raise RuntimeError("the card")
        return real()

    monkeypatch.setattr(store, "pointed", pointed)
    follower.start()
    publish_and_take(repository, store, now)
    assert within(10, lambda: follower.take() is not None)
    assert follower.stop()


def test_a_follower_that_was_never_started_is_stopped(follower):
    assert follower.stop()


def test_a_new_clock_goes_on_where_the_one_before_it_was():
    clock = DeviceClock(clock=lambda: 1000.0, monotonic=lambda: 0.0)
    clock.not_before(5000.0)
    assert clock.now() == 5000.0
    clock.not_before(10.0)
    assert clock.now() == 5000.0
