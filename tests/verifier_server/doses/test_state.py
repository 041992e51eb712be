"""What doses add up to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccine_pass.status import Status
from vaccine_pass.vaccines import VACCINES
from verifier_server.doses.state import domestic_state, travel_state
from verifier_server.errors import NotIssuable

from ..builders import some_doses


@pytest.mark.parametrize(
    ("given_doses", "doses", "series", "status"),
    [
        ([], 0, None, Status.NONE),
        (["AZ"], 1, 2, Status.PARTIAL),
        (["AZ", "PFIZER"], 2, 2, Status.COMPLETE),
        (["JANSSEN"], 1, 1, Status.COMPLETE),
        (["JANSSEN", "PFIZER"], 2, 1, Status.COMPLETE),
        (["JANSSEN", "ABDALA"], 2, 1, Status.COMPLETE),
        (["ABDALA", "ABDALA"], 2, 3, Status.PARTIAL),
        (["ABDALA", "ABDALA", "ABDALA"], 3, 3, Status.COMPLETE),
        (["PFIZER", "PFIZER", "ABDALA"], 3, 2, Status.COMPLETE),
        ([("PFIZER", 3), ("PFIZER", 3)], 2, 3, Status.PARTIAL),
        (["VERO", ("PFIZER", 1)], 2, 1, Status.COMPLETE),
    ],
)
def test_the_series_decides_what_complete_is(given_doses, doses, series, status):
    state = domestic_state(some_doses(*given_doses))
    assert (state.doses, state.series, state.status) == (doses, series, status)


@pytest.mark.parametrize("given_doses", [["NANOCOVAX"], ["NANOCOVAX"] * 2, ["NANOCOVAX"] * 5])
def test_a_trial_vaccine_completes_nothing_by_itself(given_doses):
    assert domestic_state(some_doses(*given_doses)).status is Status.PARTIAL


def test_a_trial_series_is_complete_when_somebody_decided_so():
    assert domestic_state(some_doses("NANOCOVAX", ("NANOCOVAX", 2))).status is Status.COMPLETE


def test_doses_of_a_licensed_vaccine_count_by_themselves_after_a_trial():
    assert domestic_state(some_doses("NANOCOVAX", "NANOCOVAX", "PFIZER")).status is Status.PARTIAL
    assert domestic_state(some_doses("NANOCOVAX", "NANOCOVAX", "PFIZER", "PFIZER")).status is Status.COMPLETE


def test_a_travel_pass_tells_the_licensed_doses_only():
    state = travel_state(some_doses("NANOCOVAX", "NANOCOVAX", "PFIZER"))
    assert (state.doses, state.series, state.vaccine.key) == (1, 2, "PFIZER")
    assert travel_state(some_doses("NANOCOVAX", "NANOCOVAX")).vaccine is None


def test_a_product_that_this_version_does_not_know_is_named():
    with pytest.raises(NotIssuable, match="'FUTURE' is not in the vaccine table"):
        domestic_state(some_doses("FUTURE"))


@given(st.lists(st.sampled_from([one.key for one in VACCINES if not one.trial]), max_size=8))
def test_who_was_complete_once_stays_complete(keys):
    statuses = [domestic_state(some_doses(*keys[:count])).status for count in range(len(keys) + 1)]
    after = statuses[statuses.index(Status.COMPLETE) :] if Status.COMPLETE in statuses else []
    assert set(after) <= {Status.COMPLETE}


@given(st.lists(st.sampled_from([one.key for one in VACCINES]), max_size=8), st.randoms())
def test_the_order_in_which_doses_are_read_does_not_matter(keys, random):
    doses = some_doses(*keys)
    shuffled = random.sample(doses, len(doses))
    assert domestic_state(shuffled) == domestic_state(doses)
    assert travel_state(shuffled) == travel_state(doses)
