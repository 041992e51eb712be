import json

import pytest

from bench import loop
from keys import pkcs8


@pytest.fixture(scope="module")
def figures():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        return loop.measure(rounds=40)


def test_twenty_kilobytes_with_a_fifth_lost_take_about_five_seconds(figures):
    parts = figures["qr_loop"]
    assert 0.95 * loop.BYTES < parts["bytes"] < 1.05 * loop.BYTES
    assert parts["blocks_needed"] / loop.RATE < figures["qr_loop_seconds"] < 7
    assert parts["median_seconds"] <= parts["p95_seconds"] <= parts["longest_seconds"] < 12


def test_a_real_reader_of_drawn_and_filmed_codes_is_as_quick_as_the_simulated_ones(figures):
    parts = figures["qr_loop"]
    assert parts["blocks_needed"] / loop.RATE < parts["real_seconds"] < 1.5 * parts["longest_seconds"]


def test_losing_more_takes_longer(figures, monkeypatch):
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    assert loop.measure(lost=0.5, rounds=10)["qr_loop_seconds"] > figures["qr_loop_seconds"]


def test_the_figures_are_members_of_the_object_that_comes_last(monkeypatch, capsys):
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    assert loop.main(["--json", "--bytes", "1", "--rounds", "3"]) == 0
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["qr_loop_seconds"] > 0
    assert last["qr_loop"]["bytes"] > 2000
