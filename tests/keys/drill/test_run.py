"""A drill as a whole: the same seed gives the same figures, and nothing is left behind."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from keys.drill.plan import Plan
from keys.drill.run import play
from keys.errors import KeysError

from .conftest import SHORTEST

# It hears Ctrl-C as from a terminal: what a shell starts in the background, these tests too, ignores it.
_HEARS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
_CODE = _HEARS + "\nfrom keys import cli, pkcs8; pkcs8.SCRYPT_COST = 2; raise SystemExit(cli.main(%r))"
PROGRAM = [sys.executable, "-c", _CODE % (["drill", "--scanners", "60", "--days", "60", "--processes", "2"],)]


def without_time(played):
    return {name: value for name, value in played.document().items() if name != "seconds"}


def left_behind(process):
    """Folders that a process made for its drills: their names begin with its number."""
    places = (Path(tempfile.gettempdir()), Path("/dev/shm"))
    return [path for place in places for path in place.glob(f"checkpoint-drill-{process}-*")]


def test_the_same_seed_gives_the_same_figures_in_any_number_of_processes():
    before = left_behind(os.getpid())
    alone, side_by_side = play(SHORTEST), play(SHORTEST, processes=2)
    assert without_time(alone) == without_time(side_by_side)
    assert left_behind(os.getpid()) == before


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (Plan(scanners=4, days=59), "a drill has 60 to 1095 days, not 59."),
        (Plan(scanners=3, days=60), "a drill has 4 to 5000 scanners, not 3."),
    ],
)
def test_a_drill_that_could_show_nothing_is_refused(plan, sentence):
    with pytest.raises(KeysError) as caught:
        play(plan)
    assert caught.value.message == sentence


@pytest.mark.parametrize(("way", "when"), [(signal.SIGTERM, "ministry: day "), (signal.SIGINT, "scanners: ")])
def test_a_drill_that_is_stopped_says_one_sentence_and_leaves_nothing(way, when):
    with subprocess.Popen(PROGRAM, stderr=subprocess.PIPE, text=True, start_new_session=True) as program:
        for line in program.stderr:
            if line.startswith(when):
                break
        os.killpg(program.pid, way)  # as a terminal does it: the drill and its processes
        said = [line for line in program.stderr.read().splitlines() if " of " not in line]
        assert program.wait() == 1
    assert said == ["checkpoint-keys: the drill was stopped; its files are removed, and it changed nothing else."]
    assert left_behind(program.pid) == []
