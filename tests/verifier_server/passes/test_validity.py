"""How long a pass is valid."""

from datetime import timedelta

import pytest

from vaccine_pass.status import Status
from verifier_server.errors import ServerError
from verifier_server.passes.validity import Validity, expiry

from ..builders import DAY, NOW


def test_a_pass_is_valid_as_long_as_the_setting_says():
    assert Validity(domestic_days=200).period("domestic", Status.COMPLETE) == timedelta(days=200)
    assert Validity().period("travel", Status.PARTIAL) == timedelta(days=365)


def test_no_setting_makes_a_pass_without_doses_valid_beyond_90_days():
    assert Validity(before_dose_days=1000).period("domestic", Status.NONE) == timedelta(days=90)
    assert Validity(before_dose_days=30).period("domestic", Status.NONE) == timedelta(days=30)


def test_a_pass_never_outlives_its_signer():
    until = expiry(timedelta(days=365), now=NOW, accept_until=NOW + 10.5 * DAY)
    assert until == NOW + 10 * DAY + DAY // 2


def test_a_signer_that_is_over_signs_nothing():
    with pytest.raises(ServerError, match="activate a new one"):
        expiry(timedelta(days=1), now=NOW, accept_until=float(NOW))
