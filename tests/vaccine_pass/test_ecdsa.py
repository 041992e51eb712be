"""Raw and DER signatures, and the twin."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.envelopes import twin
from tests.issuer import an_issuer
from vaccine_pass import ecdsa
from vaccine_pass.ecdsa import P256_ORDER

numbers = st.integers(0, 2**256 - 1)
in_order = st.integers(1, P256_ORDER - 1)


def raw(r, s):
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


@given(numbers, numbers)
def test_der_reads_back_to_the_raw_form(r, s):
    assert ecdsa.from_der(ecdsa.to_der(raw(r, s))) == raw(r, s)


@given(in_order, in_order)
def test_of_a_signature_and_its_twin_exactly_one_has_the_low_s(r, s):
    one, other = raw(r, s), twin(raw(r, s))
    assert ecdsa.has_low_s(one) != ecdsa.has_low_s(other)
    assert ecdsa.with_low_s(one) == ecdsa.with_low_s(other)
    assert ecdsa.has_low_s(ecdsa.with_low_s(one))
    assert twin(other) == one


def test_the_border_between_low_and_high_is_half_the_order():
    half = P256_ORDER // 2
    assert ecdsa.has_low_s(raw(1, half))
    assert not ecdsa.has_low_s(raw(1, half + 1))


def test_a_signature_of_the_library_goes_through_raw_and_its_low_form_verifies():
    issuer = an_issuer()
    for number in range(16):
        message = b"message %d" % number
        low = ecdsa.with_low_s(issuer.sign(message))
        issuer.private.public_key().verify(ecdsa.to_der(low), message, ec.ECDSA(hashes.SHA256()))


@pytest.mark.parametrize("der", [b"", b"0", b"\x30\x06\x02\x01\x01\x02\x01", b"\x30\x80\x00\x00"])
def test_der_that_is_none_is_an_error(der):
    with pytest.raises(ValueError):
        ecdsa.from_der(der)
