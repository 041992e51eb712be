"""``status``: signers and channel in one report, and one list of what to do next by when."""

import json
import re

import pytest

from keys.channel.wording import DEMO
from keys.entry import iso
from keys.lifecycle import DAY

from .builders import NOW


@pytest.fixture
def places(store, tmp_path):
    return ("--keys", store.root, "--channel", tmp_path / "channel")


@pytest.fixture
def demo(run, places, cheap_scrypt):
    assert run("init", "--demo", *places)[0] == 0
    return places


def next_of(text):
    """The lines under "What to do next"."""
    return text.split("What to do next\n")[1].split("\n\n")[0].splitlines()


def test_with_signers_only_the_channel_is_what_comes_next(run, places):
    out = run("status", *places)[1]
    assert "There is none yet: scanners believe nobody." in out
    assert next_of(out)[0].startswith("  NOW: make the trust channel, with its holders: checkpoint-keys init --keys")
    document = json.loads(run("status", "--json", *places)[1])
    assert document["channel"] is None
    assert len(document["signers"]) == 2


def test_one_report_has_signers_channel_holders_and_one_list_of_what_is_next(run, demo):
    out = run("status", *demo)[1]
    assert out.startswith(DEMO)
    for part in ("domestic passes", "travel passes", "Published: release 2", "Holders", "What to do next", "Notes"):
        assert part in out
    assert "root          Demonstration (1 must sign)" in out


def test_what_is_next_comes_in_the_order_in_which_it_is_due(run, demo):
    lines = next_of(run("status", *demo, now=NOW + DAY)[1])
    dates = [
        (re.findall(r"  (?:by|from [^ ]+ until) ([^ :]+)", line.replace("Z: ", "Z ")) or [""])[0] for line in lines
    ]
    assert len(lines) >= 4
    assert dates == sorted(dates)
    assert any("checkpoint-keys propose --renew all" in line for line in lines)
    assert any(f"make the next travel key: checkpoint-keys rotate --keys {demo[1]}" in line for line in lines)


def test_signers_that_changed_are_proposed_once_and_not_named_twice(run, demo, store):
    run("new", *demo, "--form", "travel", "--name", "next")
    lines = [
        line
        for line in next_of(run("status", *demo)[1])
        if "checkpoint-keys rotate --keys" in line and "propose" in line
    ]
    assert len(lines) == 1
    assert "propose the signers that have changed" in lines[0]


def test_an_open_proposal_says_where_it_lies_and_who_signs(run, demo, tmp_path):
    run("propose", "--renew", "root", *demo)
    out = run("status", *demo)[1]
    assert f"Open proposal in {tmp_path}/channel/proposal" in out
    assert any("sign the open proposal (Demonstration)" in line for line in next_of(out))


def test_in_json_everything_is_one_ascii_line_with_the_members_of_before_and_the_channel(run, demo):
    out = run("status", "--json", *demo)[1]
    assert out.isascii()
    assert out.count("\n") == 1
    document = json.loads(out)
    assert {"at", "signers", "next", "notes", "channel"} <= set(document)
    assert {"at", "demo", "release", "roles", "holders", "proposal", "next"} <= set(document["channel"])
    assert document["channel"]["holders"][0] == {"role": "root", "threshold": 1, "holders": ["Demonstration"]}


def test_a_publisher_without_signers_sees_the_channel(run, demo, tmp_path):
    out = run("status", "--keys", tmp_path / "none", *demo[2:])[1]
    assert "Published: release 2" in out
    assert "domestic passes" not in out
    document = json.loads(run("status", "--json", "--keys", tmp_path / "none", *demo[2:])[1])
    assert (document["signers"], document["next"]) == ([], [])


def test_without_anything_it_says_to_run_init(run, tmp_path):
    code, out, err = run("status", "--keys", tmp_path / "a", "--channel", tmp_path / "b")
    assert (code, out) == (1, "")
    assert err == f"checkpoint-keys: {tmp_path}/a has no keys yet; run `checkpoint-keys init` first.\n"


def test_what_is_overdue_is_to_be_done_now(run, demo):
    lines = next_of(run("status", *demo, now=NOW + 30 * DAY)[1])
    assert any(line.startswith("  NOW: let the holders sign again") for line in lines)
    assert f"EXPIRED {iso(NOW + 7 * DAY)}" in run("status", *demo, now=NOW + 30 * DAY)[1]
