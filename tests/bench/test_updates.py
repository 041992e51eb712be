import json

import pytest

from bench import trust, updates
from keys import pkcs8


@pytest.fixture(autouse=True)
def _keys_that_open_fast(monkeypatch):
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)


@pytest.fixture(scope="module")
def figures():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        return updates.measure(rounds=1)


def test_a_first_update_brings_the_same_files_by_every_way(figures):
    ways = [figures[way] for way in ("first_update", "usb_update", "one_file_update")]
    assert {(way["requests"], way["bytes"]) for way in ways} == {(ways[0]["requests"], figures["update_bytes"])}
    assert figures["update_bytes"] > 5_000


def test_asking_for_news_costs_two_requests_and_little_else(figures):
    assert figures["no_change_update"]["requests"] == 2
    assert 0 < figures["no_change_bytes"] < figures["one_role_update"]["bytes"] < figures["update_bytes"]


def test_the_figures_are_members_of_the_object_that_comes_last(capsys):
    assert trust.main(["--json", "--part", "updates"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["update_bytes"] == last["first_update"]["bytes"]
    assert last["no_change_bytes"] == last["no_change_update"]["bytes"]
