import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.client import policy
from keys.client.errors import UpdateRefused
from keys.client.policy import Freshness, RoleFacts

from .repository import DAY, NOW

OFFLINE = ("root", "targets", "keys", "unrevocation", "rules-01")
seconds = st.floats(min_value=0, max_value=4e9)
spans = st.floats(min_value=-60 * DAY, max_value=60 * DAY)


def roles_of(signed_at=NOW, **changes):
    roles = {name: RoleFacts(name, 1, NOW + 30 * DAY, signed_at) for name in OFFLINE}
    roles |= {
        "timestamp": RoleFacts("timestamp", 1, NOW + 2 * DAY),
        "snapshot": RoleFacts("snapshot", 1, NOW + 8 * DAY),
    }
    return list((roles | changes).values())


def code_of(roles, now=NOW, **options):
    with pytest.raises(UpdateRefused) as caught:
        policy.check(roles, now, **options)
    return caught.value.code


@pytest.mark.parametrize(
    ("days", "means"),
    [(0, "fresh"), (7, "fresh"), (7.01, "warn"), (21, "warn"), (21.01, "stale"), (4000, "stale"), (-5, "fresh")],
)
def test_the_steps_of_age(days, means):
    assert policy.age(NOW - days * DAY, NOW).freshness == means


def test_data_without_a_date_is_stale():
    assert policy.age(None, NOW).freshness is Freshness.STALE


@given(signed_at=seconds, now=seconds, later=st.floats(min_value=0, max_value=1e9))
def test_data_never_becomes_fresher(signed_at, now, later):
    order = list(Freshness)
    before, after = policy.age(signed_at, now), policy.age(signed_at, now + later)
    assert order.index(before.freshness) <= order.index(after.freshness)
    assert after.days >= before.days >= 0


def test_dates_that_keep_all_rules_pass_and_prove_the_time():
    assert policy.check(roles_of(), NOW - 100) == NOW
    assert policy.check(roles_of(), NOW + DAY) == NOW + DAY


@given(ahead=spans)
def test_a_timestamp_is_good_for_eight_days_from_now_and_no_longer(ahead):
    expires = NOW + ahead  # rounded: the sum is what counts
    roles = roles_of(timestamp=RoleFacts("timestamp", 1, expires))
    if expires <= NOW:
        assert code_of(roles) == "update_expired"
    elif expires > NOW + 8 * DAY:
        assert code_of(roles) == "timestamp_too_far_ahead"
    else:
        assert policy.check(roles, NOW) == NOW


@given(name=st.sampled_from(OFFLINE), signed=spans, lasts=spans)
def test_offline_dates_are_accepted_exactly_within_the_rules(name, signed, lasts):
    at = NOW + signed
    facts = RoleFacts(name, 1, at + lasts, at)
    roles = roles_of(**{name: facts})
    good = facts.expires - at <= 35 * DAY and at <= NOW + DAY and facts.expires > max(NOW, at)
    if good:
        policy.check(roles, NOW)
    else:
        assert code_of(roles) in {"valid_too_long", "signed_in_future", "update_expired"}


@pytest.mark.parametrize("name", OFFLINE)
def test_an_offline_role_must_say_when_it_was_signed(name):
    assert code_of(roles_of(**{name: RoleFacts(name, 1, NOW + DAY)})) == "signed_at_missing"


@given(at=seconds)
def test_what_an_online_role_says_never_moves_the_time(at):
    roles = roles_of(revocation=RoleFacts("revocation", 1, NOW + DAY, at))
    assert policy.floor_of(roles) == NOW
    try:
        assert policy.check(roles, NOW, clock_is_behind=True) == NOW
    except UpdateRefused as error:
        assert error.code == "signed_in_future"
        assert at > NOW + DAY


@given(behind=st.floats(min_value=0, max_value=1e9))
def test_a_clock_that_is_certainly_behind_learns_the_time_from_the_threshold(behind):
    now = NOW - behind
    assert policy.check(roles_of(), now, clock_is_behind=True) == NOW


def test_by_the_learnt_time_old_online_data_has_expired():
    roles = roles_of(timestamp=RoleFacts("timestamp", 1, NOW - DAY))
    assert code_of(roles, NOW - 10 * DAY, clock_is_behind=True) == "update_expired"


@given(expires=st.floats(allow_nan=False), signed_at=st.floats(allow_nan=False), now=st.floats(allow_nan=False))
def test_no_number_makes_the_policy_fail_in_another_way(expires, signed_at, now):
    try:
        policy.check(roles_of(keys=RoleFacts("keys", 1, expires, signed_at)), now)
    except UpdateRefused as error:
        assert error.message.endswith(".")
