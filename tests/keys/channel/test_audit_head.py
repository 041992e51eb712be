"""The head of the audit chain in the trust channel: published by the online key, for everybody to keep."""

import pytest

from keys.audit_heads import Head, published, read
from keys.channel import documents, rails, refresh
from keys.channel.documents import AUDIT_HEADS
from keys.client.sources import FolderSource
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.errors import KeysError

from ..builders import NOW
from .builders import a_base, a_scanner, signers_file


def a_head(seq=7, digest="b" * 64):
    return published([Head("a" * 32, seq, digest, NOW)])


def refreshed(country, data, now=NOW):
    return refresh.refresh(country.channel, now, revocation={AUDIT_HEADS: data})


def test_a_head_reaches_everybody_and_no_holder_has_to_sign(country, scanner):
    assert "revocation" in refreshed(country, a_head()).renewed
    assert scanner.update(path=AUDIT_HEADS) == a_head()
    release = country.release()
    rails.check(release.root().signed, release.targets()["targets"].signed)
    assert country.release().target(AUDIT_HEADS) == a_head()


def test_the_same_head_again_signs_nothing(country):
    refreshed(country, a_head())
    number = country.release().number
    assert refreshed(country, a_head()).renewed == ()
    assert country.release().number == number


@pytest.mark.parametrize("data", [a_head(6), a_head(digest="c" * 64), b"{}", b"no head"])
def test_what_goes_back_contradicts_or_is_no_head_is_refused_and_nothing_changes(country, data):
    refreshed(country, a_head())
    number = country.release().number
    with pytest.raises(KeysError):
        refreshed(country, data)
    assert country.release().number == number
    assert country.release().target(AUDIT_HEADS) == a_head()


def test_a_head_stays_while_lists_and_signers_change(country, scanner):
    refreshed(country, a_head())
    refresh.refresh(country.channel, NOW, revocation={documents.REVOCATION_BASE: a_base()})
    country.propose(files={documents.SIGNERS: signers_file(b"new")})
    country.sign("keys A", "keys B")
    country.publish()
    assert scanner.update(path=AUDIT_HEADS) == a_head()
    refreshed(country, a_head(8))
    assert scanner.update(path=AUDIT_HEADS) == a_head(8)
    assert scanner.update(path=documents.REVOCATION_BASE) == a_base()


def test_after_an_online_key_was_stolen_the_thief_s_head_does_not_bar_ours(country, tmp_path):
    refreshed(country, a_head(10**9, "f" * 64))
    country.propose(new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B")
    country.publish()
    assert country.release().target(AUDIT_HEADS) is None
    refreshed(country, a_head(8))
    assert a_scanner(country, tmp_path / "late").update(path=AUDIT_HEADS) == a_head(8)


def test_scanners_take_the_update_and_carry_the_head_along(run, store, tmp_path):
    places = ("--keys", store.root, "--channel", tmp_path / "channel")
    assert run("init", "--demo", *places)[0] == 0
    (tmp_path / "head.json").write_bytes(a_head())
    code, out, _ = run("refresh", *places, "--audit-head", tmp_path / "head.json")
    assert (code, "signed again: revocation" in out) == (0, True)
    assert run("export-bundle", *places, "--out", tmp_path / "usb")[0] == 0
    held = DeviceStore(tmp_path / "scanner")
    root = (tmp_path / "channel/published/metadata/1.root.json").read_bytes()
    assert update(held, FolderSource(tmp_path / "usb"), NOW, root=root).changed
    kept = [path.read_bytes() for path in held.current().folder.rglob("*audit.json")]
    assert [read(data, "it")[0].seq for data in kept] == [7]


def test_a_head_that_cannot_be_read_is_one_sentence(run, store, tmp_path):
    places = ("--keys", store.root, "--channel", tmp_path / "channel")
    assert run("init", "--demo", *places)[0] == 0
    (tmp_path / "head.json").write_bytes(b"[]")
    code, _, err = run("refresh", *places, "--audit-head", tmp_path / "head.json")
    assert code == 1
    assert "is no head of an audit chain" in err
