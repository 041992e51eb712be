"""Claims: values that cannot be changed after they were checked."""

from dataclasses import FrozenInstanceError

import pytest

from tests.issuer import a_pass, a_record, a_travel_record, an_issuer, judged


@pytest.mark.parametrize("claims", [a_record(), a_travel_record()], ids=["domestic", "travel"])
def test_claims_cannot_be_changed(claims):
    with pytest.raises(FrozenInstanceError):
        claims.issued_at = 0


def test_verified_claims_cannot_be_changed():
    issuer = an_issuer()
    with pytest.raises(AttributeError):
        judged(a_pass(issuer), issuer).claims.doses = 3


def test_a_travel_pass_is_our_countrys_unless_said_otherwise():
    assert (a_travel_record().country, a_travel_record().issuer) == ("VN", "VN")
