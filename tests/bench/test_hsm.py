"""The benchmark of signing in a token: its figures, and what it says without one."""

import json
import os
from pathlib import Path

import pytest

from bench import hsm, trust


def test_its_object_comes_last(capsys, monkeypatch):
    if not Path(hsm.MODULE).exists():
        pytest.skip(f"{hsm.MODULE} is not there: apt-get install softhsm2")
    monkeypatch.delenv("SOFTHSM2_CONF", raising=False)
    assert hsm.main(["--json", "--signatures", "40", "--rounds", "3"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(figures) == {"hsm_ratio", "hsm_wall_ratio", "in_process_us", "hsm_us"}
    assert all(value > 0 for value in figures.values())
    assert "SOFTHSM2_CONF" not in os.environ


def test_without_softhsm_it_says_so(capsys, monkeypatch):
    monkeypatch.setattr(hsm, "MODULE", "/nowhere/libsofthsm2.so")
    assert trust.main(["--json", "--part", "hsm"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out.splitlines()[-1]) == {"hsm_ratio": None}
    assert "apt-get install softhsm2" in captured.err
