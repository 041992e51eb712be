"""pending → active → retired → revoked: what is allowed, when, and what is refused."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import lifecycle
from keys.entry import KeyStatus
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.receipts import Coverage

from .builders import NOW, a_signer

READY = NOW + STALENESS_LIMIT


def refusal(action, *arguments):
    with pytest.raises(KeysError) as refused:
        action(*arguments)
    return refused.value


def statuses(signers):
    return [entry.status for entry in signers]


def test_a_pending_key_becomes_active_when_scanners_can_know_it():
    signers = lifecycle.activate((a_signer(),), a_signer().kid, READY)
    assert statuses(signers) == [KeyStatus.ACTIVE]


def test_a_key_is_not_activated_one_second_before_scanners_can_know_it():
    error = refusal(lifecycle.activate, (a_signer(),), a_signer().kid, READY - 1)
    assert error.code == "too_early"
    assert "2027-02-05" in error.message


def test_the_waiting_time_is_the_scanners_staleness_limit_of_21_days():
    assert STALENESS_LIMIT == (7 + 14) * DAY


def test_a_key_that_no_list_carried_is_not_activated():
    entry = a_signer(published_at=None)
    assert refusal(lifecycle.activate, (entry,), entry.kid, READY + 100 * DAY).code == "not_published"


def test_a_key_is_not_activated_before_its_own_signing_window():
    entry = a_signer(sign_from=READY + DAY)
    assert refusal(lifecycle.activate, (entry,), entry.kid, READY).code == "too_early"
    assert lifecycle.activate((entry,), entry.kid, READY + DAY)


def test_a_key_is_not_activated_after_its_signing_window():
    entry = a_signer()
    assert refusal(lifecycle.activate, (entry,), entry.kid, entry.sign_until).code == "too_late"


def test_activating_the_next_key_retires_the_one_before_it_in_the_same_step():
    former, following = a_signer(1, status=KeyStatus.ACTIVE), a_signer(2)
    signers = lifecycle.activate((former, following), following.kid, READY)
    assert statuses(signers) == [KeyStatus.RETIRED, KeyStatus.ACTIVE]
    assert signers[0].history[-1].note == "replaced by VN-2"


def test_activating_a_key_leaves_the_other_form_alone():
    domestic, travel = a_signer(1, form="domestic", status=KeyStatus.ACTIVE), a_signer(2)
    assert statuses(lifecycle.activate((domestic, travel), travel.kid, READY)) == [KeyStatus.ACTIVE] * 2


ALLOWED = {
    (KeyStatus.PENDING, "activate"),
    (KeyStatus.PENDING, "retire"),
    (KeyStatus.ACTIVE, "retire"),
    (KeyStatus.PENDING, "revoke"),
    (KeyStatus.ACTIVE, "revoke"),
    (KeyStatus.RETIRED, "revoke"),
}
MOVES = {
    "activate": lambda entry: lifecycle.activate((entry,), entry.kid, READY),
    "retire": lambda entry: lifecycle.retire((entry,), entry.kid, READY),
    "revoke": lambda entry: lifecycle.revoke((entry,), entry.kid, READY, "stolen"),
}


@pytest.mark.parametrize(("status", "move"), list(itertools.product(KeyStatus, MOVES)))
def test_every_transition_that_is_not_in_the_life_cycle_is_refused(status, move):
    entry = a_signer(status=status)
    if (status, move) in ALLOWED:
        assert MOVES[move](entry)[0].status is not status
    else:
        assert refusal(MOVES[move], entry).code == f"key_is_{status.value}"


def test_each_transition_leaves_a_line_in_the_history():
    signers = (lifecycle.born(a_signer(), "made"),)
    kid = signers[0].kid
    signers = lifecycle.activate(signers, kid, READY)
    signers = lifecycle.retire(signers, kid, READY + DAY)
    signers = lifecycle.revoke(signers, kid, READY + 2 * DAY, "stolen laptop")
    assert [(event.at, event.status.value, event.note) for event in signers[0].history] == [
        (NOW, "pending", "made"),
        (READY, "active", "activated"),
        (READY + DAY, "retired", "retired"),
        (READY + 2 * DAY, "revoked", "stolen laptop"),
    ]


def test_a_key_id_that_exists_is_refused():
    assert refusal(lifecycle.add, (a_signer(),), a_signer(name="another")).code == "kid_exists"


def test_a_name_that_exists_is_refused():
    assert refusal(lifecycle.add, (a_signer(1),), a_signer(2, name="VN-1")).code == "name_exists"


def test_a_second_active_key_of_a_form_is_refused():
    signers = (a_signer(1, status=KeyStatus.ACTIVE),)
    assert refusal(lifecycle.add, signers, a_signer(2, status=KeyStatus.ACTIVE)).code == "active_exists"


@pytest.mark.parametrize("times", [{"sign_until": NOW}, {"accept_until": NOW + DAY}])
def test_times_that_are_out_of_order_are_refused(times):
    assert refusal(lifecycle.add, (), a_signer(**times)).code == "bad_times"


def test_publishing_is_noted_once_and_not_for_revoked_keys():
    revoked = a_signer(2, status=KeyStatus.REVOKED, published_at=None)
    once = lifecycle.published((a_signer(published_at=None), revoked), NOW + 5)
    assert [entry.published_at for entry in once] == [NOW + 5, None]
    assert lifecycle.published(once, NOW + 9) == once


def test_a_key_is_found_by_its_name_and_by_its_key_id():
    signers = (a_signer(1), a_signer(2))
    assert lifecycle.find(signers, "VN-2") == lifecycle.find(signers, "0000000000000002") == signers[1]
    assert refusal(lifecycle.find, signers, "VN-3").code == "unknown_key"


WAITING = Coverage(212, 199, tuple(f"79-CLT-{number}" for number in range(1, 14)))
LIMIT = READY + STALENESS_LIMIT


def test_while_known_scanners_do_not_hold_the_key_its_activation_waits_and_names_them():
    error = refusal(lifecycle.activate, (a_signer(),), a_signer().kid, READY, WAITING)
    assert error.code == "scanners_wait"
    assert error.message.startswith(
        "94% of 212 scanners hold it; waiting for 13 until 2027-02-26T08:00:00Z: 79-CLT-1, 79-CLT-2, "
    )


def test_when_all_known_scanners_hold_it_or_none_is_known_nothing_waits():
    for coverage in (Coverage(212, 212), Coverage(0, 0), None):
        assert statuses(lifecycle.activate((a_signer(),), a_signer().kid, READY, coverage)) == [KeyStatus.ACTIVE]


def test_scanners_delay_it_by_no_more_than_one_staleness_limit():
    assert refusal(lifecycle.activate, (a_signer(),), a_signer().kid, LIMIT - 1, WAITING).code == "scanners_wait"
    assert lifecycle.activate((a_signer(),), a_signer().kid, LIMIT, WAITING)


COVERAGES = st.builds(
    lambda holding, waiting: Coverage(holding + len(waiting), holding, tuple(waiting)),
    st.integers(0, 500),
    st.lists(st.text(max_size=12), max_size=20),
)
TIMES = st.integers(NOW - DAY, LIMIT + 60 * DAY)
ENTRIES = st.builds(
    lambda published, start: a_signer(published_at=published, sign_from=start, sign_until=LIMIT + 50 * DAY),
    st.none() | st.integers(NOW - 40 * DAY, NOW + 5 * DAY),
    st.integers(NOW - 40 * DAY, NOW + 40 * DAY),
)


def activated(entry, now, coverage=None):
    try:
        return statuses(lifecycle.activate((entry,), entry.kid, now, coverage)) == [KeyStatus.ACTIVE]
    except KeysError:
        return False


@given(ENTRIES, TIMES, COVERAGES)
def test_no_receipt_makes_any_activation_earlier(entry, now, coverage):
    assert activated(entry, now) or not activated(entry, now, coverage)


@given(ENTRIES, TIMES, COVERAGES)
def test_no_receipt_delays_an_activation_beyond_one_limit_after_it_was_ready(entry, now, coverage):
    until = lifecycle.waits_until(entry)
    if until is not None and now >= until:
        assert activated(entry, now, coverage) == activated(entry, now)


def test_a_retired_key_leaves_the_list_a_day_after_its_last_pass_can_have_expired():
    signers = lifecycle.activate((lifecycle.born(a_signer(), "made"),), a_signer().kid, READY)
    signers = lifecycle.retire(signers, a_signer().kid, READY + DAY)
    end = signers[0].accept_until + DAY
    assert lifecycle.without_passes(signers, end) == signers
    gone = lifecycle.without_passes(signers, end + 1)
    assert gone[0].left_at == end + 1
    assert lifecycle.without_passes(gone, end + 9) == gone


def test_a_key_that_never_signed_leaves_the_list_when_it_is_retired():
    signers = lifecycle.retire((lifecycle.born(a_signer(), "made"),), a_signer().kid, NOW)
    assert lifecycle.without_passes(signers, NOW)[0].left_at == NOW


@pytest.mark.parametrize("status", [KeyStatus.PENDING, KeyStatus.ACTIVE, KeyStatus.REVOKED])
def test_no_other_key_leaves_the_list_however_old_it_is(status):
    signers = (a_signer(status=status),)
    assert lifecycle.without_passes(signers, NOW + 9_999 * DAY) == signers
