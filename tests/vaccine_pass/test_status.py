"""None, partial, complete: by the signed series."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccine_pass.status import Status, status_of


@pytest.mark.parametrize(
    ("doses", "series", "status"),
    [
        (0, 2, Status.NONE),
        (0, 1, Status.NONE),
        (1, 2, Status.PARTIAL),
        (2, 2, Status.COMPLETE),
        (1, 1, Status.COMPLETE),
        (2, 3, Status.PARTIAL),
        (3, 3, Status.COMPLETE),
        (3, 2, Status.COMPLETE),
        (2, 1, Status.COMPLETE),
        (3, 1, Status.COMPLETE),
    ],
)
def test_a_status_follows_from_doses_and_series(doses, series, status):
    assert status_of(doses, series) is status


@given(st.integers(0, 99), st.integers(1, 99))
def test_one_more_dose_never_lowers_the_status(doses, series):
    order = list(Status)
    assert order.index(status_of(doses, series)) <= order.index(status_of(doses + 1, series))
