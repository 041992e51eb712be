"""What is carried by hand travels for a week: the publisher's command, a stick, and the scanners' own client."""

import pytest

from keys.channel.place import Channel
from keys.client.bundle import BundleSource
from keys.client.errors import UpdateRefused
from keys.client.sources import FolderSource
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.entry import iso

from ..builders import NOW
from .builders import DAY

HOUR = 3_600
# What travels was published, and refreshed by the hourly timer, some days before.
EXPORTED = NOW + 2 * DAY + 11 * HOUR


@pytest.fixture
def channel(run, store, tmp_path):
    places = ("--keys", store.root, "--channel", tmp_path / "channel")
    assert run("init", "--demo", *places)[0] == 0
    for half_days in range(1, 5):
        assert run("refresh", *places, now=NOW + half_days * 12 * HOUR + 60)[0] == 0
    return Channel(tmp_path / "channel")


@pytest.fixture
def export(run, channel, store, tmp_path):
    """Export to a folder or file, by the command."""

    def exported(name, now=EXPORTED):
        places = ("--keys", store.root, "--channel", channel.root)
        code, out, _ = run("export-bundle", *places, "--out", tmp_path / name, now=now)
        assert code == 0
        return out

    return exported


def taken(tmp_path, source, clock):
    """A scanner takes it in, with its clock set; gives the update."""
    store = DeviceStore(tmp_path / "scanner")
    root = (tmp_path / "channel/published/metadata/1.root.json").read_bytes()
    return update(store, source, clock, root=root)


@pytest.mark.parametrize("name", ["usb", "bundle.zip"])
def test_after_six_days_on_its_way_a_scanner_takes_it(export, tmp_path, name):
    export(name)
    source = BundleSource(tmp_path / name) if name.endswith(".zip") else FolderSource(tmp_path / name)
    assert taken(tmp_path, source, EXPORTED + 6 * DAY).changed


def test_before_it_ends_it_says_until_when_and_then_it_is_refused_as_expired(export, channel, tmp_path):
    out = export("usb")
    end = channel.current().ends_at()
    assert end >= EXPORTED + 6 * DAY + 12 * HOUR
    assert f"Scanners take it until {iso(end)}." in out
    assert taken(tmp_path, FolderSource(tmp_path / "usb"), end - HOUR).changed
    with pytest.raises(UpdateRefused) as refused:
        taken(tmp_path, FolderSource(tmp_path / "usb"), end + 1)
    assert refused.value.code == "update_expired"


def test_a_scanner_whose_clock_is_a_day_behind_takes_it_at_once(export, tmp_path):
    export("usb")
    assert taken(tmp_path, FolderSource(tmp_path / "usb"), EXPORTED - DAY + 60).changed


def test_the_next_update_over_the_network_is_newer_than_the_stick(run, export, channel, store, tmp_path):
    export("usb")
    taken(tmp_path, FolderSource(tmp_path / "usb"), EXPORTED + DAY)
    run("refresh", "--keys", store.root, "--channel", channel.root, now=EXPORTED + DAY)
    assert taken(tmp_path, FolderSource(channel.releases.pointer.resolve()), EXPORTED + DAY).changed


def test_a_second_export_soon_after_publishes_nothing_new(export, channel):
    export("usb")
    number = channel.current().number
    export("usb", now=EXPORTED + 11 * HOUR)
    assert channel.current().number == number


def test_nothing_is_signed_when_the_folder_is_somebody_elses(run, channel, store, tmp_path):
    number = channel.current().number
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/cat.jpg").write_text("cat")
    places = ("--keys", store.root, "--channel", channel.root)
    code, _, err = run("export-bundle", *places, "--out", tmp_path / "photos", now=EXPORTED)
    assert code == 1
    assert "holds something else" in err
    assert channel.current().number == number


def test_what_the_holders_must_sign_first_is_said(run, export, channel, store, tmp_path):
    places = ("--keys", store.root, "--channel", channel.root)
    code, out, err = run("export-bundle", *places, "--out", tmp_path / "usb", now=NOW + 30 * DAY)
    assert code == 0
    assert f"until {iso(NOW + 35 * DAY)}" in out
    assert "its holders must sign it again now" in err
