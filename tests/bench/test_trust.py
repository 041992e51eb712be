import json
import math

import pytest

from bench import revocation, trust
from vaccine_pass.revocation.serial_set import SerialSet

FIGURES = {
    "bytes",
    "bound",
    "ratio",
    "lookup_us",
    "load_ms",
    "peak_bytes",
    "memory_bytes",
    "daily_delta_bytes",
    "wrong",
}


def test_the_bound_is_the_number_of_ways_to_choose_in_each_block():
    block = 1 << 20
    serials = SerialSet.of([block, block + 5, 2 * block + 9])
    issued = block + 300
    expected = (math.log2(math.comb(block, 2)) + math.log2(300)) / 8
    assert revocation.entropy_bytes(serials, issued) == pytest.approx(expected, rel=1e-6)


def test_one_object_comes_last_with_figures_for_each_size(monkeypatch, capsys):
    monkeypatch.setattr(revocation, "LOOK_UPS", 2_000)
    sizes = ["--issued", "3000000", "--revoked", "300", "--revoked", "600"]
    assert trust.main(["--json", "--part", "revocation", *sizes]) == 0
    small, large = json.loads(capsys.readouterr().out.splitlines()[-1])["revocation"]
    assert set(small) >= FIGURES
    assert (small["revoked"], large["revoked"], small["issued"]) == (300, 600, 3_000_000)
    assert small["wrong"] == large["wrong"] == 0
    assert 1 < large["ratio"] < small["ratio"] < 2
    assert small["daily_delta_bytes"] < small["month_delta_bytes"] < small["bytes"] < large["bytes"]


def test_people_get_a_table(monkeypatch, capsys):
    monkeypatch.setattr(revocation, "LOOK_UPS", 100)
    assert trust.main(["--part", "revocation", "--issued", "1000", "--revoked", "10"]) == 0
    assert "lookup_us" in capsys.readouterr().out


def test_every_figure_of_the_trust_channel_has_its_part():
    assert set(trust.PARTS) == {"revocation", "updates", "loop", "hsm"}
