"""Whose signature it is, and whether it is good: key ids, headers, algorithms, signatures, forms."""

import cbor2
import pytest

from tests.envelopes import (
    domestic_text,
    envelope,
    header,
    parts_of,
    signed,
    text_of,
    travel_claims,
    travel_text,
    twin,
)
from tests.issuer import a_pass, an_issuer, an_rsa_issuer, judged
from vaccine_pass import ecdsa
from vaccine_pass.reasons import Outcome, Reason

DOMESTIC, TRAVEL, RSA = an_issuer("domestic"), an_issuer("travel"), an_rsa_issuer()
BOTH_FORMS = pytest.mark.parametrize("issuer", [DOMESTIC, TRAVEL], ids=["domestic", "travel"])


def reason_of(text, *trusted):
    return judged(text, *trusted).reason


def a_travel_text(issuer=TRAVEL):
    return travel_text(signed(travel_claims(), issuer))


@BOTH_FORMS
def test_a_pass_signed_by_a_stranger_is_refused(issuer):
    stranger = an_issuer(issuer.form)
    verdict = judged(a_pass(stranger), issuer)
    assert (verdict.reason, verdict.claims, verdict.key_id) == (Reason.UNKNOWN_SIGNER, None, None)


@BOTH_FORMS
def test_a_pass_signed_by_a_stranger_under_a_known_key_id_is_refused(issuer):
    stranger = an_issuer(issuer.form, kid=issuer.kid)
    verdict = judged(a_pass(stranger), issuer)
    assert (verdict.reason, verdict.claims, verdict.key_id) == (Reason.BAD_SIGNATURE, None, None)


@BOTH_FORMS
def test_two_keys_with_one_key_id_are_both_tried(issuer):
    namesake = an_issuer(issuer.form, kid=issuer.kid)
    for text in (a_pass(issuer), a_pass(namesake)):
        for trusted in ((issuer, namesake), (namesake, issuer)):
            assert judged(text, *trusted).outcome is Outcome.ACCEPTED


def test_of_two_keys_with_one_key_id_the_one_that_signed_is_judged():
    namesake = an_issuer("travel", kid=TRAVEL.kid)
    only_tests = namesake.entry(usage=frozenset({"test"}))
    assert reason_of(a_pass(namesake), TRAVEL, only_tests) is Reason.SIGNER_NOT_ALLOWED
    assert reason_of(a_pass(TRAVEL), only_tests, TRAVEL) is None


def test_without_signers_nothing_can_be_told():
    for issuer in (DOMESTIC, TRAVEL):
        verdict = judged(a_pass(issuer))
        assert (verdict.outcome, verdict.reason) == (Outcome.CANNOT_TELL, Reason.NO_TRUST)


@pytest.mark.parametrize(
    "kid",
    [None, b"", TRAVEL.kid[:7], TRAVEL.kid + b"\0", TRAVEL.kid.hex(), 1, [TRAVEL.kid]],
    ids=["missing", "empty", "7 bytes", "9 bytes", "text", "a number", "an array"],
)
def test_a_missing_or_malformed_key_id_is_an_unknown_signer(kid):
    text = travel_text(signed(travel_claims(), TRAVEL, protected=header(kid)))
    assert reason_of(text, TRAVEL) is Reason.UNKNOWN_SIGNER


def unprotected(kid):
    return b"\xa1\x04\x48" + kid


def test_an_unprotected_key_id_is_used_when_none_is_protected():
    for protected in (header(None), b"\xa0", b""):
        text = travel_text(signed(travel_claims(), TRAVEL, protected=protected, unprotected=unprotected(TRAVEL.kid)))
        assert reason_of(text, TRAVEL) is None


def test_the_protected_key_id_wins_over_an_unprotected_one():
    stranger = an_issuer("travel")
    good = travel_text(signed(travel_claims(), TRAVEL, unprotected=unprotected(stranger.kid)))
    assert reason_of(good, TRAVEL, stranger) is None
    for wrong in (stranger.kid, TRAVEL.kid[:7], TRAVEL.kid.hex()):
        forged = signed(travel_claims(), TRAVEL, protected=header(wrong), unprotected=unprotected(TRAVEL.kid))
        assert reason_of(travel_text(forged), TRAVEL) is Reason.UNKNOWN_SIGNER


def test_the_algorithm_is_the_trusted_entrys_and_never_the_headers():
    # A header that names another algorithm cannot make a key be used in another way.
    for protected in (
        header(TRAVEL.kid, -37),
        header(TRAVEL.kid, -35),
        header(TRAVEL.kid, "none"),
        header(TRAVEL.kid, 5),
    ):
        assert reason_of(travel_text(signed(travel_claims(), TRAVEL, protected=protected)), TRAVEL) is None
    as_rsa = RSA.entry(kid=TRAVEL.kid)
    assert reason_of(a_travel_text(), as_rsa) is Reason.BAD_SIGNATURE
    assert reason_of(a_travel_text(RSA), TRAVEL.entry(kid=RSA.kid)) is Reason.BAD_SIGNATURE


def test_a_changed_algorithm_in_the_header_of_a_signed_pass_breaks_its_signature():
    parts = parts_of(a_travel_text())
    changed = parts._replace(protected=header(TRAVEL.kid, -37))
    assert reason_of(travel_text(envelope(changed)), TRAVEL) is Reason.BAD_SIGNATURE


def test_a_domestic_pass_has_the_one_header():
    for protected in (header(DOMESTIC.kid, -37), header(None), b"", cbor2.dumps({4: DOMESTIC.kid, 1: -7})):
        text = domestic_text(signed(parts_of(a_pass(DOMESTIC)).payload, DOMESTIC, protected=protected))
        assert reason_of(text, DOMESTIC) is Reason.NOT_COSE


def test_an_rsa_key_signs_no_domestic_pass():
    rsa = an_rsa_issuer("domestic")
    text = domestic_text(signed(parts_of(a_pass(DOMESTIC)).payload, rsa, protected=header(rsa.kid)))
    assert reason_of(text, rsa) is Reason.BAD_SIGNATURE


WRONG_SIGNATURES = {
    "nothing": lambda _: b"",
    "63 bytes": lambda good: good[:63],
    "65 bytes": lambda good: good + b"\0",
    "zeros": lambda _: bytes(64),
    "r of zero": lambda good: bytes(32) + good[32:],
    "s of zero": lambda good: good[:32] + bytes(32),
    "r of n": lambda good: ecdsa.P256_ORDER.to_bytes(32, "big") + good[32:],
    "s of n": lambda good: good[:32] + ecdsa.P256_ORDER.to_bytes(32, "big"),
    "DER": ecdsa.to_der,
    "one bit": lambda good: good[:40] + bytes([good[40] ^ 1]) + good[41:],
}


@BOTH_FORMS
@pytest.mark.parametrize("change", WRONG_SIGNATURES.values(), ids=WRONG_SIGNATURES)
def test_a_wrong_signature_is_a_bad_signature(issuer, change):
    parts = parts_of(a_pass(issuer))
    text = text_of(issuer, envelope(parts._replace(signature=change(parts.signature))))
    assert reason_of(text, issuer) is Reason.BAD_SIGNATURE


def test_the_twin_signature_is_good_for_a_travel_pass_and_not_for_a_domestic_one():
    for issuer, reason in ((TRAVEL, None), (DOMESTIC, Reason.BAD_SIGNATURE)):
        parts = parts_of(a_pass(issuer))
        text = text_of(issuer, envelope(parts._replace(signature=twin(parts.signature))))
        assert reason_of(text, issuer) is reason


def test_a_signature_over_one_form_is_none_over_the_other():
    # Even one key for both forms: the external bytes that are signed beside the payload differ.
    both = (DOMESTIC.entry(), DOMESTIC.entry(form="travel", usage=frozenset({"vaccination"})))
    as_travel = travel_text(envelope(parts_of(a_pass(DOMESTIC))))
    assert reason_of(as_travel, *both) is Reason.BAD_SIGNATURE
    as_domestic = domestic_text(signed(travel_claims(), TRAVEL))
    assert reason_of(as_domestic, TRAVEL) is Reason.BAD_SIGNATURE
