"""A server beside a real trust channel: a demonstration, or one with five holders of root."""

import shutil

import pytest

from keys import pkcs8
from keys.channel.place import Channel

from ...keys.channel.builders import NOW as CEREMONY
from ...keys.channel.builders import Country, a_country
from ..conftest import Browser
from ..serving import a_channel


@pytest.fixture(autouse=True)
def _cheap(monkeypatch):
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)


@pytest.fixture(scope="session")
def first_country(tmp_path_factory):
    """The channel that every test's own is a copy of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        return a_country(tmp_path_factory.mktemp("country"))


@pytest.fixture
def country(first_country, instance, clock):
    """A channel with its holders, beside the server; it is the day of its first ceremony."""
    shutil.rmtree(instance / "keys")  # its signers would be another channel's
    shutil.copytree(first_country.top / "holders", instance / "holders")
    shutil.copytree(first_country.channel.root, instance / "channel", symlinks=True)
    clock.now = float(CEREMONY)
    return Country(instance)


@pytest.fixture
def demo(instance, clock):
    """The demonstration's channel, beside the server."""
    return a_channel(instance, int(clock.now))


@pytest.fixture
def admin(app):
    """Log an administrator in, on whichever day it is; gives the browser."""

    def opened():
        browser = Browser(app)
        assert browser.log_in("administrator").status_code == 302
        return browser

    return opened


@pytest.fixture
def no_channel(instance):
    """The folder where a channel would be."""
    return Channel(instance / "channel")
