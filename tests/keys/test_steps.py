"""The rules of rotation: what is due when, for every age of a key, with and without a spare."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys import lifecycle, steps
from keys.entry import Event, KeyStatus, iso
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.steps import LEAD, SLACK, Kind

from .builders import NOW, a_signer

YEAR = 366 * DAY
ACTIVE = a_signer(1, status=KeyStatus.ACTIVE)
NEXT = a_signer(2, sign_until=NOW + 200 * DAY, accept_until=NOW + 600 * DAY)
SPARE = a_signer(3, spare=True, sign_until=NOW + YEAR, accept_until=NOW + 2 * YEAR)
CHANGE = NOW + 83 * DAY


def found(*signers, now=NOW, **rest):
    return {step.kind: step for step in steps.steps(signers, "travel", now, **rest)}


def test_a_key_is_replaced_after_its_days_and_a_week_before_its_window_ends_at_the_latest():
    assert steps.change_at(ACTIVE) == ACTIVE.sign_until - SLACK == CHANGE
    began = replace(ACTIVE, sign_until=NOW + YEAR, history=(Event(NOW + 5, KeyStatus.ACTIVE, "activated"),))
    assert steps.change_at(began, 30) == NOW + 5 + 30 * DAY


def test_with_a_key_a_successor_and_a_spare_only_the_change_is_to_come():
    assert list(found(ACTIVE, NEXT, SPARE)) == [Kind.ACTIVATE]
    step = found(ACTIVE, NEXT, SPARE)[Kind.ACTIVATE]
    assert (step.key, step.not_before, step.at, step.by) == ("VN-2", NOW + STALENESS_LIMIT, CHANGE, CHANGE + SLACK)


def test_the_successor_is_made_as_long_before_the_change_as_scanners_may_be_offline_and_a_week():
    step = found(ACTIVE, SPARE)[Kind.NEW]
    assert (step.at, step.by) == (CHANGE - LEAD, CHANGE - STALENESS_LIMIT)
    assert (step.key, step.command) == (f"VN-{iso(CHANGE)[:7]}-travel", "checkpoint-keys rotate")


def test_a_spare_is_missing_until_there_is_one_that_signs_long_enough():
    assert Kind.NEW_SPARE in found(ACTIVE, NEXT)
    assert Kind.NEW_SPARE not in found(ACTIVE, NEXT, SPARE, now=SPARE.sign_until - 2 * LEAD)
    assert Kind.NEW_SPARE in found(ACTIVE, NEXT, SPARE, now=SPARE.sign_until - 2 * LEAD + 1)


def test_a_spare_that_was_used_is_no_spare_any_more():
    assert Kind.NEW_SPARE in found(replace(SPARE, status=KeyStatus.ACTIVE), NEXT)


def test_a_spare_of_the_other_form_does_not_help():
    assert Kind.NEW_SPARE in found(ACTIVE, NEXT, replace(SPARE, form="domestic"))


def test_every_key_that_no_list_carries_is_to_be_published_the_spare_too():
    unpublished = replace(NEXT, published_at=None), replace(SPARE, published_at=None)
    step = found(ACTIVE, *unpublished)[Kind.PUBLISH]
    assert (step.keys, step.by, step.command) == (("VN-2", "VN-3"), NOW, "checkpoint-keys rotate")


def test_a_successor_that_could_sign_only_until_its_own_is_known_is_fit_and_a_shorter_one_is_not():
    fit = replace(NEXT, sign_until=CHANGE + STALENESS_LIMIT)
    assert Kind.NEW not in found(ACTIVE, fit, SPARE)
    assert Kind.NEW in found(ACTIVE, replace(fit, sign_until=fit.sign_until - 1), SPARE)


def test_without_an_active_key_the_spare_comes_first_once_scanners_can_know_it():
    ready = NOW + STALENESS_LIMIT
    step = found(NEXT, SPARE, now=ready)[Kind.EMERGENCY]
    assert (step.key, step.at, step.by) == ("VN-3", ready, ready)
    young = replace(SPARE, published_at=NOW + DAY)
    assert found(NEXT, young, now=ready)[Kind.ACTIVATE].key == "VN-2"
    assert found(young, now=ready)[Kind.EMERGENCY].at == ready + DAY


def test_without_any_key_one_is_made_now():
    assert found()[Kind.NEW].at == NOW


def test_a_pending_key_whose_time_is_over_is_retired_spare_or_not():
    over = replace(NEXT, sign_until=NOW), replace(SPARE, sign_until=NOW)
    retired = [step.key for step in steps.steps((ACTIVE, *over), "travel", NOW) if step.kind is Kind.RETIRE]
    assert retired == ["VN-2", "VN-3"]


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_of_step_has_words_and_a_command_that_takes_the_folders(kind):
    step = steps.Step("travel", kind, ("VN-9",), None, NOW, NOW, " --keys here")
    assert step.what
    assert step.command.startswith("checkpoint-keys ")
    assert step.command.endswith(" --keys here")


ENTRIES = st.builds(
    lambda number, status, spare, published, start, length: a_signer(
        number,
        status=status,
        spare=spare,
        published_at=published,
        sign_from=start,
        sign_until=start + length,
        accept_until=start + length + YEAR,
    ),
    st.integers(1, 50),
    st.sampled_from([KeyStatus.PENDING, KeyStatus.RETIRED, KeyStatus.REVOKED]),
    st.booleans(),
    st.none() | st.integers(NOW - YEAR, NOW),
    st.integers(NOW - YEAR, NOW + 60 * DAY),
    st.integers(1, YEAR),
)


@given(st.lists(ENTRIES, max_size=6, unique_by=lambda it: it.kid), st.booleans(), st.integers(NOW, NOW + YEAR))
def test_what_is_due_is_never_refused_by_the_life_cycle(entries, with_active, now):
    signers = (replace(ACTIVE, kid=b"\xff" * 8, name="active"), *entries) if with_active else tuple(entries)
    for step in steps.steps(signers, "travel", now):
        assert step.by >= now or step.kind is Kind.ACTIVATE
        if step.kind in {Kind.ACTIVATE, Kind.EMERGENCY} and step.at <= now:
            kid = lifecycle.find(signers, step.key).kid
            assert lifecycle.find(lifecycle.activate(signers, kid, now), step.key).status is KeyStatus.ACTIVE
        if step.kind is Kind.RETIRE:
            assert lifecycle.retire(signers, lifecycle.find(signers, step.key).kid, now)
        if step.kind in {Kind.NEW, Kind.NEW_SPARE}:
            assert step.key not in {entry.name for entry in signers}


@given(st.lists(ENTRIES, max_size=6, unique_by=lambda it: it.kid), st.integers(NOW, NOW + YEAR))
def test_a_spare_is_never_in_turn_while_a_key_is_active(entries, now):
    signers = (replace(ACTIVE, kid=b"\xff" * 8, name="active", sign_until=NOW + 2 * YEAR), *entries)
    for step in steps.steps(signers, "travel", now):
        assert step.kind is not Kind.EMERGENCY
        if step.kind is Kind.ACTIVATE:
            assert not lifecycle.find(signers, step.key).spare
