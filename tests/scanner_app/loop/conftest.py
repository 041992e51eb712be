"""A device that holds the in-memory channel of the client's tests with its loop, and frames of it on disk."""

import shutil
import time

import pytest

from bench.stage import Display
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.loop import keeping
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import Repository
from tests.keys.loop.builders import a_larger, a_loop


@pytest.fixture
def channel():
    now = int(time.time())
    return a_larger(Repository(now), 3000, now)


@pytest.fixture
def root_file(tmp_path, channel):
    """The root that an administrator hands over."""
    path = tmp_path / "root.json"
    path.write_bytes(channel.first_root)
    return path


@pytest.fixture
def first_device(tmp_path, channel):
    """A device that holds the channel and its loop, where the scanner looks for it."""
    store = DeviceStore(tmp_path / "instance" / "scanner")
    update(store, Memory(channel.files), time.time(), root=channel.first_root)
    keeping.keep(store, a_loop(channel))
    return store


@pytest.fixture
def display():
    """A screen that nobody sees."""
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed, so there is no screen to run a window on")
    with Display(360, 720) as shown:
        yield shown
