"""The list of other issuers' certificates: from lines of text to the release, and back."""

import pytest

from keys.channel.place import Channel
from keys.errors import KeysError
from vaccine_pass.revocation import foreign
from vaccine_pass.trust import certificate_hash

from ..builders import NOW

AUSTRIAN = "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B"


@pytest.fixture
def places(run, store, tmp_path):
    named = ("--keys", store.root, "--channel", tmp_path / "channel")
    assert run("init", "--demo", *named)[0] == 0
    return named


@pytest.fixture
def make(run, places, tmp_path):
    """Make the next list of these lines; gives code, output and errors."""

    def call(*lines, option="--add"):
        (tmp_path / "lines.txt").write_text("\n".join(lines))
        return run("foreign", *places, "--out", tmp_path / "foreign.bin", option, tmp_path / "lines.txt")

    return call


def listed(tmp_path):
    read = foreign.decode((tmp_path / "foreign.bin").read_bytes())
    return set(read), read.sequence


def published(run, places, tmp_path):
    assert run("refresh", *places, "--foreign", tmp_path / "foreign.bin")[0] == 0
    data = Channel(places[3]).current().target("revocation/foreign.bin")
    (tmp_path / "foreign.bin").unlink()
    return set(foreign.decode(data))


def test_identifiers_and_hashes_become_the_next_list_step_by_step(run, places, make, tmp_path):
    code, out, err = make("# from Vienna", "", AUSTRIAN, "00FF00ff00ff00ff")
    assert (code, err) == (0, "")
    assert out.startswith("2 certificates of other issuers, 2 added, 0 removed")
    assert f"checkpoint-keys refresh --foreign {tmp_path / 'foreign.bin'}" in out
    both = {certificate_hash(AUSTRIAN), bytes.fromhex("00ff00ff00ff00ff")}
    assert listed(tmp_path) == (both, 1)
    assert published(run, places, tmp_path) == both
    assert make(AUSTRIAN, "11" * 8)[1].startswith("3 certificates of other issuers, 1 added, 0 removed")
    assert listed(tmp_path) == (both | {b"\x11" * 8}, 2)
    assert published(run, places, tmp_path) == both | {b"\x11" * 8}
    assert make(AUSTRIAN, option="--remove")[1].startswith("2 certificates of other issuers, 0 added, 1 removed")
    assert listed(tmp_path)[1] == 3


def test_what_is_published_already_is_not_written_again(run, places, make, tmp_path):
    make(AUSTRIAN)
    published(run, places, tmp_path)
    code, out, _ = make(AUSTRIAN)
    assert code == 0
    assert "nothing was written" in out
    assert not (tmp_path / "foreign.bin").exists()


@pytest.mark.parametrize("line", ["AT", "00ff", "g" * 16, "URN:UVCI:" + "A" * 80, "URN:UVCI:01:AT:Ä", "1" * 17])
def test_a_line_that_is_neither_is_named_and_nothing_is_written(make, tmp_path, line):
    code, out, err = make("11" * 8, line)
    assert (code, out) == (1, "")
    assert "lines.txt, line 2" in err
    assert err.count("\n") == 1
    assert not (tmp_path / "foreign.bin").exists()


def test_a_file_that_is_no_text_or_not_there_is_one_sentence(run, places, tmp_path):
    (tmp_path / "picture").write_bytes(b"\xff\xfe\x00")
    for name in ("picture", "none"):
        code, _, err = run("foreign", *places, "--out", tmp_path / "x", "--add", tmp_path / name)
        assert code == 1
        assert err.count("\n") == 1


def test_more_than_scanners_take_is_refused(make, monkeypatch):
    monkeypatch.setattr(foreign, "MAX_HASHES", 1)
    code, _, err = make("11" * 8, "22" * 8)
    assert code == 1
    assert "scanners take 1 at most" in err


def test_a_used_up_sequence_is_a_sentence(tmp_path):
    from keys.channel.foreign import next_list

    last = foreign.encode([bytes(8)], (1 << 32) - 1, NOW)
    (tmp_path / "lines").write_text("11" * 8)
    with pytest.raises(KeysError) as caught:
        next_list(lambda _path: last, [tmp_path / "lines"], [], NOW)
    assert caught.value.code == "sequence_used_up"
