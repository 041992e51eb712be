"""The trust channel as the server gives it: public, cacheable, and nothing beside the published folder."""

import io
import os
import shutil
import zipfile

import pytest

from keys.channel.bundle import export
from keys.client.bundle import BundleSource
from keys.client.store import DeviceStore
from keys.client.update import update
from verifier_server.trust.published import PublishedFolder

from ..builders import DAY, NOW
from ..serving import a_channel


@pytest.fixture(scope="module")
def first_channel(tmp_path_factory, key_folder):
    """A published channel, to copy."""
    instance = tmp_path_factory.mktemp("channel")
    shutil.copytree(key_folder, instance / "keys")
    return a_channel(instance, NOW).root


@pytest.fixture
def published(instance, first_channel):
    """The published folder of the server's own channel."""
    shutil.copytree(first_channel, instance / "channel", symlinks=True)
    return instance / "channel" / "published"


def every_file(published):
    top = published.resolve()
    return sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file())


def test_anybody_gets_every_published_file_byte_for_byte(browser, published):
    paths = every_file(published)
    assert any(path.startswith("targets/keys/") for path in paths)
    for path in paths:
        answer = browser.get(f"/channel/{path}")
        assert (answer.status_code, answer.data) == (200, (published / path).read_bytes())


def test_what_never_changes_is_kept_for_a_year_and_the_timestamp_is_asked_for_each_time(browser, published):
    for path in every_file(published):
        kept = browser.get(f"/channel/{path}").headers["Cache-Control"]
        changes = path in {"metadata/timestamp.json", "loop/update.loop"}
        wanted = "public, no-cache" if changes else "public, max-age=31536000, immutable"
        assert (path, sorted(kept.split(", "))) == (path, sorted(wanted.split(", ")))


def test_who_has_the_timestamp_is_told_so_without_it(browser, published):
    first = browser.get("/channel/metadata/timestamp.json")
    again = browser.get("/channel/metadata/timestamp.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_answer_is_the_same_for_everybody_logged_in_or_not(browser, administrator, published):
    for visitor in (browser, administrator):
        headers = visitor.get("/channel/metadata/timestamp.json").headers
        assert "Set-Cookie" not in headers
        assert "Cookie" not in headers.get("Vary", "")


def test_the_next_root_is_a_short_404_that_no_cache_keeps(browser, published):
    answer = browser.get("/channel/metadata/2.root.json")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
    assert len(answer.data) < 20


@pytest.mark.parametrize(
    "path",
    [
        "metadata/../../../keys/state.json",
        "metadata/%2e%2e/%2e%2e/%2e%2e/keys/state.json",
        "metadata/..%2f..%2fholders.json",
        "metadata//etc/passwd",
        "../holders.json",
        "holders.json",
        "minutes.md",
        "metadata",
        "metadata/",
        "targets/keys",
        "metadata/.hidden",
        "metadata/a\x00b",
        "metadata/" + "x" * 300,
    ],
)
def test_nothing_beside_the_published_files_is_given(browser, published, path):
    assert browser.get(f"/channel/{path}").status_code == 404


def test_a_link_inside_of_a_release_leads_nowhere(browser, published, tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    (published / "metadata" / "9.link.json").symlink_to(secret)
    (published / "targets" / "out").symlink_to(tmp_path)
    assert browser.get("/channel/metadata/9.link.json").status_code == 404
    assert browser.get("/channel/targets/out/secret.json").status_code == 404


def test_a_pipe_among_the_files_makes_nobody_wait(browser, published):
    os.mkfifo(published / "metadata" / "9.pipe.json")
    assert browser.get("/channel/metadata/9.pipe.json").status_code == 404


def test_before_anything_is_published_all_of_it_is_missing(browser):
    for path in ("metadata/timestamp.json", "bundle.zip"):
        assert browser.get(f"/channel/{path}").status_code == 404


def test_storage_that_fails_is_no_404_which_would_look_like_no_news(app, browser, published, monkeypatch):
    def broken(*_arguments, **_more):
        raise OSError(5, "Input/output error")

    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("verifier_server.trust.published._read_below", broken)
    assert browser.get("/channel/metadata/timestamp.json").status_code == 500


def test_another_folder_can_be_served_by_a_setting(instance, published, pages_url, clock):
    from ..conftest import Browser, serving

    shutil.move(published.resolve(), instance / "elsewhere")
    for app in serving(instance, pages_url, clock, published_channel="elsewhere"):
        assert Browser(app).get("/channel/metadata/timestamp.json").status_code == 200


def test_the_bundle_updates_a_scanner(browser, published, tmp_path):
    answer = browser.get("/channel/bundle.zip")
    (tmp_path / "bundle.zip").write_bytes(answer.data)
    root = (published / "metadata" / "1.root.json").read_bytes()
    device = DeviceStore(tmp_path / "device")
    assert update(device, BundleSource(tmp_path / "bundle.zip"), NOW + DAY, root=root).changed
    assert answer.mimetype == "application/zip"


def test_the_bundle_is_the_one_that_the_command_writes_and_has_its_etag(browser, instance, published, tmp_path):
    from keys.channel.place import Channel

    export(Channel(instance / "channel").current(), tmp_path / "by-hand.zip")
    first = browser.get("/channel/bundle.zip")
    assert first.data == (tmp_path / "by-hand.zip").read_bytes()
    again = browser.get("/channel/bundle.zip", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_bundle_is_of_one_release_when_the_link_is_switched_while_it_is_made(published, monkeypatch):
    """The second release has one file, and the first is tidied away when half of it is read."""
    other = published.parent / "releases" / "000099" / "public"
    (other / "metadata").mkdir(parents=True)
    (other / "metadata" / "timestamp.json").write_text("new")
    first = published.resolve()
    write = zipfile.ZipFile.writestr

    def switching(archive, entry, data):
        write(archive, entry, data)
        if first.exists() and len(archive.namelist()) == 2:
            shutil.rmtree(first)
            published.unlink()
            published.symlink_to(other)

    monkeypatch.setattr(zipfile.ZipFile, "writestr", switching)
    made = zipfile.ZipFile(io.BytesIO(PublishedFolder(published).bundle()))
    assert made.namelist() == ["metadata/timestamp.json"]


def test_the_channel_cannot_be_changed_over_http(browser, published):
    for method in ("POST", "PUT", "DELETE"):
        answer = browser.client.open("/channel/metadata/timestamp.json", method=method, base_url=browser.base)
        assert answer.status_code in {400, 405}
    assert "private" not in browser.get("/channel/bundle.zip").data.decode("latin-1").lower()
