"""The full drill: 300 scanners through a year, on the real code. `make test` plays a short one (`tests/keys/drill`)."""

import os

import pytest

from keys.drill.plan import Plan
from keys.drill.run import play

pytestmark = pytest.mark.soak
SEED = int(os.environ.get("CHECKPOINT_SOAK_SEED", "20210730"))


def test_a_year_of_300_scanners_wrongs_nobody_and_believes_no_thief_after_the_news(tell):
    before = processor_seconds()
    played = play(Plan(scanners=300, days=365, seed=SEED), processes=os.cpu_count() or 1, tell=tell)
    tell(f"{processor_seconds() - before:.0f} seconds of the processor")
    figures = played.document()
    tell(str(figures))
    assert played.broken == ()
    assert figures["presented"] > 200_000
    assert figures["rotations"] >= 24
    assert figures["ceremonies"] >= 53
    assert figures["news"]["scanners"] == 300
    assert processor_seconds() - before < 30 * 60  # on two free cores about half of it by the clock


def processor_seconds():
    """Of this process and of those that it ended."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
