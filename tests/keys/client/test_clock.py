from hypothesis import given
from hypothesis import strategies as st

from keys.client.clock import NOTED_EVERY, DeviceClock, is_behind, trusted_time

from .repository import DAY, NOW

moments, spans = st.floats(min_value=-1e9, max_value=5e9), st.floats(min_value=0, max_value=1e5)
clocks = st.lists(st.tuples(moments, spans), min_size=1)


class Hands:
    """A device clock that is set at will, and the seconds that really pass."""

    def __init__(self, clock=NOW):
        self.clock, self.passed = clock, 0.0

    def device(self, floor=0.0, note=None):
        return DeviceClock(floor, clock=lambda: self.clock, monotonic=lambda: self.passed, note=note)


@given(clock=st.floats(allow_nan=False), floor=st.floats(allow_nan=False))
def test_it_is_never_earlier_than_the_floor_or_the_clock(clock, floor):
    assert trusted_time(clock, floor) == max(clock, floor)


def test_a_clock_is_certainly_behind_beyond_a_day_only():
    assert not is_behind(NOW - DAY, NOW)
    assert is_behind(NOW - DAY - 1, NOW)


@given(settings=clocks, floor=st.floats(min_value=0, max_value=5e9))
def test_however_the_clock_is_set_the_trusted_time_never_goes_back(settings, floor):
    hands = Hands(settings[0][0])
    device = hands.device(floor)
    last = device.now()
    for clock, passes in settings:
        hands.clock = clock
        hands.passed += passes
        now = device.now()
        assert now >= max(last, floor, clock)
        last = now


def test_a_clock_set_back_changes_nothing():
    hands = Hands()
    device = hands.device()
    hands.clock -= 400 * DAY
    hands.passed += 60
    assert device.now() == NOW + 60


def test_a_frozen_clock_does_not_stop_the_age_of_data():
    hands = Hands()
    device = hands.device()
    hands.passed += 22 * DAY
    assert device.now() == NOW + 22 * DAY


def test_a_clock_set_forward_is_followed():
    hands = Hands()
    device = hands.device()
    hands.clock += 400 * DAY
    assert device.now() == NOW + 400 * DAY


def test_the_time_is_noted_at_once_and_then_now_and_then():
    hands, noted = Hands(), []
    device = hands.device(note=noted.append)
    device.now()
    hands.passed += NOTED_EVERY - 1
    device.now()
    hands.passed += 1
    device.now()
    assert noted == [NOW, NOW + NOTED_EVERY]
