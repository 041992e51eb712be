"""Signing: the lengths of the design, the QR versions, the low s, and what the log hashes."""

import pytest
import qrcode
from hypothesis import given

from tests.envelopes import envelope_of, parts_of, twin
from tests.issuer import NAME, a_pass, a_record, a_travel_record, an_issuer, judged
from tests.vaccine_pass import strategies
from vaccine_pass import cose, ecdsa, sign
from vaccine_pass.errors import PassError
from vaccine_pass.reasons import Outcome

DOMESTIC, TRAVEL = an_issuer("domestic"), an_issuer("travel")


def version_of(text):
    """The QR version that a text needs at level M."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    return code.version


def test_a_domestic_pass_of_28_letters_has_249_characters_and_before_a_dose_241():
    assert (len(NAME), len(NAME.encode())) == (28, 37)
    assert len(a_pass(DOMESTIC)) == 249
    assert len(a_pass(DOMESTIC, doses=0)) == 241


def test_a_domestic_pass_is_a_qr_code_of_version_9():
    assert version_of(a_pass(DOMESTIC)) == 9


def test_a_travel_pass_of_the_same_person_is_a_qr_code_of_version_15_at_most():
    text = a_pass(TRAVEL)
    assert text.startswith("HC1:")
    assert version_of(text) <= 15


class TwinSigner:
    """Signs with the high s each time."""

    kid = DOMESTIC.kid

    def sign(self, message):
        return twin(ecdsa.with_low_s(DOMESTIC.sign(message)))


def test_a_signature_with_the_high_s_is_written_with_the_low_one():
    text = sign.domestic_text(a_record(), TwinSigner())
    assert ecdsa.has_low_s(parts_of(text).signature)
    assert judged(text, DOMESTIC).outcome is Outcome.ACCEPTED


@given(strategies.domestic_claims())
def test_every_signed_domestic_pass_is_accepted_while_it_is_valid(claims):
    verdict = judged(sign.domestic_text(claims, DOMESTIC), DOMESTIC, now=claims.issued_at)
    assert verdict.outcome is Outcome.ACCEPTED
    said = verdict.claims
    assert (said.name, said.birth, said.serial, said.doses) == (claims.name, claims.birth, claims.serial, claims.doses)
    assert (said.series, said.last_dose, said.form) == (claims.series, claims.last_dose, "domestic")


@given(strategies.travel_claims())
def test_every_signed_travel_pass_is_accepted_while_it_is_valid(claims):
    verdict = judged(sign.travel_text(claims, TRAVEL), TRAVEL, now=claims.issued_at)
    assert verdict.outcome is Outcome.ACCEPTED
    said = verdict.claims
    assert (said.family_name, said.given_name) == (claims.family_name, claims.given_name)
    assert (said.doses, said.series, said.certificate_id) == (claims.dose_number, claims.series, claims.certificate_id)


def test_what_the_log_hashes_is_the_payload_inside():
    for signed in (sign.sign_domestic(a_record(), DOMESTIC), sign.sign_travel(a_travel_record(), TRAVEL)):
        assert parts_of(signed.text).payload == signed.payload


@pytest.mark.parametrize("issuer", [DOMESTIC, TRAVEL], ids=["domestic", "travel"])
def test_the_envelope_is_tagged_once_with_our_header_and_nothing_unprotected(issuer):
    text = a_pass(issuer)
    assert envelope_of(text).startswith(b"\xd2\x84")
    read = cose.read_sign1(envelope_of(text))
    assert (read.protected, read.unprotected) == (cose.protected_header(issuer.kid), {})


def test_claims_that_cannot_be_on_a_pass_are_never_signed():
    class Never:
        kid = DOMESTIC.kid

        def sign(self, message):
            pytest.fail("asked to sign")

    with pytest.raises(PassError):
        sign.domestic_text(a_record(name=""), Never())
    with pytest.raises(PassError):
        sign.travel_text(a_travel_record(series=0), Never())


def test_a_key_id_that_is_not_eight_bytes_is_refused():
    with pytest.raises(ValueError, match="7 bytes"):
        sign.domestic_text(a_record(), an_issuer(kid=b"7 bytes"))
