"""Scanners' own client against the real server: an update, no news, and a release that comes in between."""

import time
import urllib.request
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from keys import ceremony, pkcs8
from keys.channel.refresh import refresh
from keys.client.bundle import BundleSource
from keys.client.errors import UpdateRefused
from keys.client.http import HttpSource
from keys.client.load import load
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.store import KeyStore
from verifier_server.commands import init_db

from ..builders import DAY
from ..serving import a_channel, running

NOW = int(time.time())


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A channel and the address at which the real server gives it."""
    instance = tmp_path_factory.mktemp("served") / "instance"
    init_db.run(instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        ceremony.init(KeyStore(instance / "keys"), NOW)
    channel = a_channel(instance, NOW)
    with running(instance) as url:
        yield channel, url


@pytest.fixture
def device(tmp_path):
    """A scanner's folder that holds nothing yet."""
    return DeviceStore(tmp_path / "device")


class Switching:
    """A source that lets the publisher publish as soon as the client has the timestamp."""

    def __init__(self, source, publish):
        self.name, self._source, self._publish = source.name, source, publish

    def read(self, path, seconds):
        yield from self._source.read(path, seconds)
        if path == "metadata/timestamp.json":
            self._publish()


def root_of(channel):
    return channel.current().data("metadata/1.root.json")


def test_a_scanner_takes_the_channel_in_and_later_hears_in_two_requests_that_nothing_is_new(served, device):
    channel, url = served
    first = update(device, HttpSource(f"{url}/channel/"), NOW, root=root_of(channel))
    again = update(device, HttpSource(f"{url}/channel/"), NOW)
    assert (first.changed, again.changed, again.requests) == (True, False, 2)
    assert load(device).trust.signers
    assert again.received < 2_000


def test_an_address_with_or_without_its_last_stroke_is_the_same(served, device):
    channel, url = served
    assert update(device, HttpSource(f"{url}/channel"), NOW, root=root_of(channel)).changed


def test_a_release_that_comes_in_the_middle_of_an_update_leaves_it_whole(served, device):
    channel, url = served
    source = HttpSource(f"{url}/channel/")
    update(device, source, NOW, root=root_of(channel))
    middle, later = refresh(channel, NOW + 2 * DAY).release, NOW + 3 * DAY
    taken = update(device, Switching(source, lambda: refresh(channel, later)), later - 1)
    assert channel.current().number == middle.number + 1
    assert taken.held.manifest.role("timestamp").version == middle.timestamp().signed.version
    taken = update(device, source, later)
    assert taken.held.manifest.role("timestamp").version == channel.current().timestamp().signed.version


def test_another_address_of_the_server_is_no_channel(served, device):
    channel, url = served
    with pytest.raises(UpdateRefused):
        update(device, HttpSource(f"{url}/people/"), NOW, root=root_of(channel))
    assert not device.exists()


@pytest.mark.parametrize(
    "path",
    [
        "/channel/metadata/../../../keys/state.json",
        "/channel/metadata/%2e%2e/%2e%2e/%2e%2e/keys/state.json",
        "/channel/metadata/..%2f..%2f..%2fkeys%2fstate.json",
        "/channel/..;/keys/state.json",
        "/channel//etc/passwd",
        "/channel/metadata/1.root.json%00.html",
        "/channel/targets/%c0%ae%c0%ae/x",
    ],
)
def test_no_spelling_of_a_path_leads_out_of_the_published_folder(served, path):
    address = urlsplit(served[1])
    connection = HTTPConnection(address.hostname, address.port, timeout=20)
    connection.putrequest("GET", path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    assert answer.status in {404, 308}  # 308: to the same path with single strokes
    assert b"kid" not in body
    assert b"root:" not in body


def test_the_whole_channel_comes_as_one_file(served, device, tmp_path):
    channel, url = served
    with urllib.request.urlopen(f"{url}/channel/bundle.zip", timeout=20) as answer:
        (tmp_path / "bundle.zip").write_bytes(answer.read())
    source = BundleSource(tmp_path / "bundle.zip")
    assert update(device, source, NOW + 4 * DAY, root=root_of(channel)).changed
