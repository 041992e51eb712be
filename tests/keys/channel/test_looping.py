"""The loop of codes that is published with each release."""

import random

import pytest

from keys.channel import bundle, looping, refresh
from keys.errors import KeysError
from keys.loop import belief, caps, files, keeping, loop
from keys.loop import head as heads

from .builders import DAY, NOW, a_base


def loop_of(country):
    return loop.from_bytes(country.release().data(keeping.PATH))


def files_in(country):
    return files.source_in(country.channel.releases.pointer / keeping.PATH)._files


def believed(country, root="1.root.json"):
    head = heads.from_bytes(loop_of(country).head)
    return belief.believed(head, country.release().data(f"metadata/{root}"))


def test_a_release_has_the_loop_of_itself_signed_by_the_timestamps_key(country):
    told = believed(country)
    assert told.release == country.release().timestamp().signed.version
    release = country.release()
    wanted = {*release.live_files(), "metadata/timestamp.json"} - {"metadata/1.root.json"}
    assert files_in(country) == {path: release.data(path) for path in wanted}


def test_each_refresh_makes_it_anew(country):
    before = believed(country).release
    refresh.refresh(country.channel, NOW + 2 * DAY)
    assert believed(country).release == before + 1


def test_it_carries_every_root_after_the_first(country):
    for _ in range(3):
        country.propose(renew=("root",))
        country.sign("root A", "root B", "root E")
        country.publish()
    assert {f"metadata/{number}.root.json" for number in (2, 3, 4)} < set(files_in(country))
    assert believed(country).root_version == 4


def test_it_carries_the_last_roots_only_when_there_are_many(country, monkeypatch):
    monkeypatch.setattr(looping.caps, "CARRIED_ROOTS", 2)
    for _ in range(4):
        country.propose(renew=("root",))
        country.sign("root A", "root B", "root E")
        country.publish()
    head = heads.from_bytes(loop_of(country).head)
    assert (head.first_root, len(head.roots)) == (4, 2)
    assert believed(country, "3.root.json").root_version == 5


def test_a_years_roots_of_five_holders_and_three_signatures_fit_into_a_loop(country):
    for _ in range(2):
        country.propose(renew=("root",))
        country.sign("root A", "root B", "root E")
        country.publish()
    told = heads.from_bytes(loop_of(country).head)
    # As many signatures and dates as a year has, none of which packs.
    roots = tuple(told.roots[0] + random.Random(at).randbytes(3 * 64) for at in range(caps.CARRIED_ROOTS))
    year = heads.Head(told.manifest, told.signatures, 2, roots).to_bytes()
    assert loop.Loop(year, loop_of(country).body).head_texts()


def test_after_new_online_keys_the_new_one_signs(country):
    country.propose(new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B")
    country.publish()
    [keyid] = heads.from_bytes(loop_of(country).head).signatures
    assert keyid in country.release().root().signed.roles["timestamp"].keyids
    assert believed(country).root_version == 2


def test_a_release_that_is_too_large_is_published_without_one(country, monkeypatch):
    monkeypatch.setattr(loop.caps, "MOST_BLOCKS", 4)
    refresh.refresh(country.channel, NOW, revocation={"revocation/base.bin": a_base()})
    assert not (country.release().public / keeping.PATH).exists()
    assert looping.loop_files(country.release(), None) == {}
    with pytest.raises(KeysError) as caught:
        bundle.export(country.release(), country.top / "update.loop")
    assert caught.value.code == "loop_too_large"


def test_it_is_exported_as_a_file_of_its_own_and_with_the_bundle(country):
    bundle.export(country.release(), country.top / "update.loop")
    bundle.export(country.release(), country.top / "usb")
    data = country.release().data(keeping.PATH)
    assert (country.top / "update.loop").read_bytes() == data
    assert (country.top / "usb" / keeping.PATH).read_bytes() == data
