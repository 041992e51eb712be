import numpy as np
import pytest

from scanner_app.decoding import Decoder, Found
from scanner_app.live import LiveReader

FRAME = np.zeros((4, 4), np.uint8)


class Engine:
    """Finds what it is told to, and lets the clock go on by `cost`."""

    def __init__(self, name, clock, cost):
        self.name, self.clock, self.cost, self.finds, self.looks = name, clock, cost, [], 0

    def find(self, _grey):
        self.looks += 1
        self.clock[0] += self.cost
        return [Found(text, ((0, 0), (1, 1))) for text in self.finds]


@pytest.fixture
def engines():
    clock = [0.0]
    return clock, Engine("quick", clock, 0.005), Engine("slow", clock, 0.05)


def test_every_frame_is_looked_at_quickly_and_few_slowly(engines):
    clock, quick, slow = engines
    reader = LiveReader(Decoder([quick, slow]), lambda: clock[0])
    while clock[0] < 20:
        reader.read(FRAME)
    assert slow.looks * slow.cost < 0.13 * clock[0]
    assert slow.looks > 10
    assert quick.looks > 1000


def test_what_only_the_slow_engine_reads_is_read(engines):
    clock, quick, slow = engines
    slow.finds = ["A"]
    reader = LiveReader(Decoder([quick, slow]), lambda: clock[0])
    assert reader.read(FRAME) == ["A"]


def test_the_slow_engine_is_not_asked_when_the_quick_one_has_read(engines):
    clock, quick, slow = engines
    quick.finds = ["A"]
    reader = LiveReader(Decoder([quick, slow]), lambda: clock[0])
    assert [reader.read(FRAME) for _ in range(5)] == [["A"]] * 5
    assert slow.looks == 0


def test_one_engine_alone_is_enough(engines):
    clock, _, slow = engines
    slow.finds = ["A"]
    assert LiveReader(Decoder([slow]), lambda: clock[0]).read(FRAME) == ["A"]
