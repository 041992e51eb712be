"""pending → active → retired → revoked: what is allowed, when, and what is refused."""

import itertools

import pytest

from keys import lifecycle
from keys.entry import KeyStatus
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT

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
