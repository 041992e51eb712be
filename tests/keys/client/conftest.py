import pytest

from keys.client.sources import Missing
from keys.client.store import DeviceStore
from keys.client.update import update

from .checkpoint_server import CheckpointServer
from .repository import NOW, Repository


class Memory:
    """A source that is a dictionary; `cut` makes it fail as a stick does that is pulled out."""

    def __init__(self, files, name="memory"):
        self.files, self.name = files, name

    def read(self, path, seconds):
        if path not in self.files:
            raise Missing(path)
        data = self.files[path]
        for at in range(0, max(1, len(data)), 1000):
            yield data[at : at + 1000]


@pytest.fixture
def repository():
    """A channel on its first day, with real thresholds."""
    return Repository()


@pytest.fixture
def store(tmp_path):
    """A device that holds nothing yet."""
    return DeviceStore(tmp_path / "device")


@pytest.fixture
def take(store):
    """Update the device from a repository: `take(repository, now)`."""

    def run(repository, now=NOW, **options):
        return update(store, Memory(repository.files), now, **options)

    return run


@pytest.fixture
def enrolled(repository, take):
    """A device that took the channel's first release; the repository it came from."""
    take(repository, root=repository.first_root)
    return repository


@pytest.fixture
def server(repository):
    """A device's server with the repository's channel; closed after the test."""
    running = CheckpointServer(repository.files)
    yield running
    running.close()
