from hypothesis import given
from hypothesis import strategies as st

from keys.client.clock import NOTED_EVERY, DeviceClock, is_behind, trusted_time
from keys.client.policy import CLOCK_ERROR
from tests.issuer import a_pass, an_issuer, trust_in
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.verify import Verifier

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


def test_a_clock_that_fell_behind_is_known_to_be_wrong_until_it_is_put_right():
    hands = Hands(NOW - 400 * DAY)
    device = hands.device(floor=NOW)
    device.now()
    assert device.is_behind()
    hands.clock = NOW + 1
    device.now()
    assert not device.is_behind()


def test_a_scanner_whose_clock_fell_behind_and_that_was_off_for_nights_refuses_no_new_pass():
    hands, issuer = Hands(NOW - 400 * DAY), an_issuer("domestic")
    device = hands.device(floor=NOW)  # it has really been off for 30 days since
    trust = trust_in(issuer, signed_at=NOW + 20 * DAY)
    verifier = Verifier(trust, clock_error=CLOCK_ERROR, is_behind=device.is_behind)
    new = a_pass(issuer, issued_at=NOW + 29 * DAY, expires_at=NOW + 90 * DAY)
    assert verifier.judge(new, device.now()).outcome is Outcome.ACCEPTED
    old = a_pass(issuer, issued_at=NOW - 90 * DAY, expires_at=NOW - 2 * DAY)
    assert verifier.judge(old, device.now()).reason is Reason.JUST_EXPIRED
    hands.clock = NOW + 5 * DAY  # put right, but not enough: now it may be right, and certain refusals stay
    assert verifier.judge(new, device.now()).reason is Reason.NOT_YET_VALID
    assert verifier.judge(old, device.now()).reason is Reason.EXPIRED
