"""Who may sign what, when; the pass's own period; revocation; the age of the trust data. Each border."""

from dataclasses import replace

import pytest

from tests.envelopes import certificate, domestic_text, envelope, parts_of, signed, travel_claims, travel_text, twin
from tests.issuer import DAY, EXPIRES, ISSUED, NOW, SERIAL, a_pass, an_issuer, judged
from vaccine_pass import uvci
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.trust import certificate_hash

DOMESTIC, TRAVEL = an_issuer("domestic"), an_issuer("travel")
BOTH_FORMS = pytest.mark.parametrize("issuer", [DOMESTIC, TRAVEL], ids=["domestic", "travel"])


def reason_of(text, *trusted, **changes):
    return judged(text, *trusted, **changes).reason


def a_travel_text(content=None, **changes):
    return travel_text(signed(travel_claims(content, **changes), TRAVEL))


# --- 8. what a signer may sign


def test_a_domestic_key_signs_no_travel_pass_and_a_travel_key_no_domestic_one():
    travel = travel_text(signed(travel_claims(), DOMESTIC, aad=b""))
    assert reason_of(travel, DOMESTIC) is Reason.SIGNER_NOT_ALLOWED
    domestic = domestic_text(signed_low(parts_of(a_pass(DOMESTIC)).payload))
    assert reason_of(domestic, TRAVEL) is Reason.SIGNER_NOT_ALLOWED


def signed_low(payload):
    """A domestic payload signed as it should be, by the key for travel."""
    return signed(payload, replace(TRAVEL, form="domestic"))


@pytest.mark.parametrize("kind", ["v", "t", "r"])
@pytest.mark.parametrize(
    "usage",
    [["vaccination"], ["test"], ["recovery"], ["vaccination", "test", "recovery"], ["domestic"], []],
    ids=["vaccination", "test", "recovery", "all", "domestic", "nothing"],
)
def test_a_travel_key_signs_what_its_usage_says(kind, usage):
    named = {"v": "vaccination", "t": "test", "r": "recovery"}[kind]
    reason = reason_of(a_travel_text(certificate(kind)), TRAVEL.entry(usage=frozenset(usage)))
    assert reason is (None if named in usage else Reason.SIGNER_NOT_ALLOWED)


def test_a_domestic_key_without_its_usage_signs_nothing():
    assert reason_of(a_pass(DOMESTIC), DOMESTIC.entry(usage=frozenset())) is Reason.SIGNER_NOT_ALLOWED


@pytest.mark.parametrize(
    ("bound", "issuer", "allowed"),
    [("VN", "VN", True), ("VN", None, True), ("VN", "LA", False), ("AT", "VN", False), ("AT", "AT", True),
     (None, "VN", True), (None, "AT", True), (None, None, True), ("VN", "vn", False), ("VN", "", False)],
)  # fmt: skip
def test_a_key_that_is_bound_to_a_country_signs_for_no_other(bound, issuer, allowed):
    reason = reason_of(a_travel_text(iss=issuer), TRAVEL.entry(country=bound))
    assert reason is (None if allowed else Reason.SIGNER_NOT_ALLOWED)


def test_a_domestic_pass_is_signed_for_vietnam_only():
    assert reason_of(a_pass(DOMESTIC), DOMESTIC.entry(country="LA")) is Reason.SIGNER_NOT_ALLOWED
    assert reason_of(a_pass(DOMESTIC), DOMESTIC.entry(country=None)) is None


def test_what_a_signer_may_not_sign_is_not_shown():
    verdict = judged(a_travel_text(), TRAVEL.entry(usage=frozenset({"test"})))
    assert (verdict.claims, verdict.key_id) == (None, TRAVEL.kid)


# --- 9. when a signer may sign, and until when it counts


@BOTH_FORMS
@pytest.mark.parametrize(
    ("window", "reason"),
    [
        ({"sign_from": ISSUED}, None),
        ({"sign_from": ISSUED + 1}, Reason.SIGNER_NOT_VALID_THEN),
        ({"sign_until": ISSUED}, None),
        ({"sign_until": ISSUED - 1}, Reason.SIGNER_NOT_VALID_THEN),
        ({"sign_from": ISSUED, "sign_until": ISSUED}, None),
        ({"accept_until": NOW + 1}, None),
        ({"accept_until": NOW}, Reason.SIGNER_NOT_VALID_THEN),
        ({"accept_until": NOW - 1}, Reason.SIGNER_NOT_VALID_THEN),
        ({"sign_from": 0, "sign_until": NOW, "accept_until": EXPIRES}, None),
    ],
    ids=str,
)
def test_a_pass_is_signed_inside_its_signers_window_and_accepted_until_its_end(issuer, window, reason):
    assert reason_of(a_pass(issuer), issuer.entry(**window)) is reason


def test_a_fraction_of_a_second_counts_at_the_border():
    text = a_travel_text(iat=ISSUED - 0.5)
    assert reason_of(text, TRAVEL.entry(sign_from=ISSUED)) is Reason.SIGNER_NOT_VALID_THEN
    assert reason_of(a_travel_text(iat=ISSUED + 0.5), TRAVEL.entry(sign_until=ISSUED)) is Reason.SIGNER_NOT_VALID_THEN


# --- 10. the pass's own period


@BOTH_FORMS
@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (ISSUED - 1, Reason.NOT_YET_VALID),
        (ISSUED - 0.001, Reason.NOT_YET_VALID),
        (ISSUED, None),
        (EXPIRES - 1, None),
        (EXPIRES - 0.001, None),
        (EXPIRES, Reason.EXPIRED),
        (EXPIRES + 1, Reason.EXPIRED),
        (0, Reason.NOT_YET_VALID),
        (-1e12, Reason.NOT_YET_VALID),
        (1e12, Reason.EXPIRED),
    ],
)
def test_a_pass_is_valid_from_its_issue_and_not_at_its_expiry(issuer, now, reason):
    assert reason_of(a_pass(issuer), issuer, now=now) is reason


@BOTH_FORMS
def test_an_expired_pass_still_says_what_was_signed(issuer):
    verdict = judged(a_pass(issuer), issuer, now=EXPIRES)
    assert (verdict.outcome, verdict.claims.doses) == (Outcome.REFUSED, 2)


@pytest.mark.parametrize(
    ("changes", "now", "reason"),
    [
        ({"exp": 1000.5, "iat": 1}, 1000.25, None),
        ({"exp": 1000.5, "iat": 1}, 1000.5, Reason.EXPIRED),
        ({"iat": 1.5}, 1, Reason.NOT_YET_VALID),
        ({"iat": -5, "exp": 10}, 0, None),
        ({"exp": 1e300, "iat": -1e300}, NOW, None),
        ({"exp": 2**64 - 1, "iat": -(2**64)}, NOW, None),
        ({"exp": ISSUED, "iat": ISSUED}, ISSUED, Reason.EXPIRED),
        ({"exp": ISSUED - 1}, ISSUED, Reason.EXPIRED),
        ({"nbf": NOW}, NOW, None),
        ({"nbf": NOW + 1}, NOW, Reason.NOT_YET_VALID),
        ({"nbf": 0}, ISSUED - 1, Reason.NOT_YET_VALID),
        ({"nbf": NOW + 0.5}, NOW + 0.25, Reason.NOT_YET_VALID),
    ],
    ids=str,
)
def test_fractions_far_times_and_nbf_count_as_numbers(changes, now, reason):
    assert reason_of(a_travel_text(**changes), TRAVEL, now=now) is reason


@BOTH_FORMS
@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (ISSUED - DAY - 1, Reason.NOT_YET_VALID),
        (ISSUED - DAY, None),
        (ISSUED - 1, None),
        (EXPIRES - 0.001, None),
        (EXPIRES, Reason.JUST_EXPIRED),
        (EXPIRES + DAY - 1, Reason.JUST_EXPIRED),
        (EXPIRES + DAY, Reason.EXPIRED),
    ],
)
def test_a_clock_that_may_be_a_day_wrong_refuses_nobody_on_the_first_or_last_day(issuer, now, reason):
    verdict = judged(a_pass(issuer), issuer, now=now, clock_error=DAY)
    assert verdict.reason is reason
    assert (verdict.outcome is Outcome.REFUSED) == (reason in {Reason.NOT_YET_VALID, Reason.EXPIRED})


@BOTH_FORMS
def test_a_wrong_clock_saves_no_revoked_pass_on_its_last_day(issuer):
    revoked = {"revoked_serials": frozenset({SERIAL}), "clock_error": DAY}
    assert reason_of(a_pass(issuer), issuer, now=EXPIRES + 1, **revoked) is Reason.REVOKED
    assert reason_of(a_pass(issuer), issuer, now=ISSUED - 1, **revoked) is Reason.REVOKED


@BOTH_FORMS
def test_the_last_day_of_a_signer_ends_with_the_clocks_error_too(issuer):
    trusted = issuer.entry(accept_until=EXPIRES)
    assert reason_of(a_pass(issuer), trusted, now=EXPIRES, clock_error=DAY) is Reason.JUST_EXPIRED
    assert reason_of(a_pass(issuer), trusted, now=EXPIRES) is Reason.SIGNER_NOT_VALID_THEN


@BOTH_FORMS
@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (0.0, None),
        (ISSUED - 30 * DAY, None),
        (EXPIRES, Reason.JUST_EXPIRED),
        (EXPIRES + 300 * DAY, Reason.JUST_EXPIRED),
    ],
)
def test_a_clock_that_is_certainly_wrong_refuses_nobody_for_the_time(issuer, now, reason):
    verdict = judged(a_pass(issuer), issuer, now=now, clock_error=DAY, is_behind=True)
    assert verdict.reason is reason
    assert verdict.outcome is not Outcome.REFUSED


@BOTH_FORMS
@pytest.mark.parametrize("now", [ISSUED - 30 * DAY, EXPIRES + 30 * DAY])
def test_a_clock_that_is_certainly_wrong_saves_no_revoked_pass_and_no_ended_signer(issuer, now):
    wrong = {"now": now, "clock_error": DAY, "is_behind": True}
    assert reason_of(a_pass(issuer), issuer, revoked_serials=frozenset({SERIAL}), **wrong) is Reason.REVOKED
    ended = issuer.entry(accept_until=ISSUED - 40 * DAY)
    assert reason_of(a_pass(issuer), ended, **wrong) is Reason.SIGNER_NOT_VALID_THEN


@BOTH_FORMS
def test_a_pass_that_proves_how_late_it_is_proves_how_old_the_trust_data_is_too(issuer):
    wrong = {"now": ISSUED - 30 * DAY, "clock_error": DAY, "is_behind": True}
    verdict = judged(a_pass(issuer), issuer, signed_at=ISSUED - 30 * DAY, **wrong)
    assert (verdict.reason, verdict.data_age_days) == (Reason.TRUST_TOO_OLD, 30)
    assert reason_of(a_pass(issuer), issuer, signed_at=ISSUED - 20 * DAY, **wrong) is None


def test_only_the_issue_proves_how_late_it_is_and_no_date_that_lies_ahead_of_it():
    wrong = {"now": ISSUED - 30 * DAY, "clock_error": DAY, "is_behind": True}
    assert reason_of(a_travel_text(nbf=ISSUED + DAY), TRAVEL, **wrong) is None
    assert reason_of(a_travel_text(nbf=ISSUED + DAY + 1), TRAVEL, **wrong) is Reason.NOT_YET_VALID
    assert reason_of(a_travel_text(iat=NOW, exp=NOW - 1), TRAVEL, **wrong) is Reason.JUST_EXPIRED


# --- 11. revocation


@BOTH_FORMS
def test_a_revoked_serial_is_refused_in_both_forms(issuer):
    verdict = judged(a_pass(issuer), issuer, revoked_serials=frozenset({SERIAL}))
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, Reason.REVOKED)
    assert verdict.claims.serial == SERIAL
    assert reason_of(a_pass(issuer), issuer, revoked_serials=frozenset({SERIAL + 1, 0})) is None


@pytest.mark.parametrize("country", [None, "AT"])
def test_a_foreign_travel_pass_is_not_looked_up_by_our_serials(country):
    text = a_travel_text(iss="AT")
    verdict = judged(text, TRAVEL.entry(country=country), revoked_serials=frozenset({SERIAL}))
    assert (verdict.reason, verdict.claims.serial) == (None, None)


def test_the_check_character_changes_nothing_of_a_serials_revocation():
    for last in "AJZ0":
        entry = certificate()["v"][0] | {"ci": uvci.of_serial(SERIAL)[:-1] + last}
        text = a_travel_text(certificate(v=[entry]))
        assert reason_of(text, TRAVEL, revoked_serials=frozenset({SERIAL})) is Reason.REVOKED


def test_a_revoked_certificate_of_others_is_refused_and_ours_go_by_their_serial_alone():
    identifier = certificate()["v"][0]["ci"]
    revoked = {"revoked_certificates": frozenset({certificate_hash(identifier)})}
    others = TRAVEL.entry(country=None)
    assert reason_of(a_travel_text(), others, **revoked) is Reason.REVOKED
    other = {"revoked_certificates": frozenset({certificate_hash(identifier + " ")})}
    assert reason_of(a_travel_text(), others, **other) is None
    # Our identifiers can be counted up: the list of hashes may not go around the cap on our serials.
    assert reason_of(a_travel_text(), TRAVEL.entry(country="VN"), **revoked) is None
    assert reason_of(a_pass(DOMESTIC), DOMESTIC, **revoked) is None


def test_the_twin_signature_evades_no_revocation():
    parts = parts_of(a_pass(TRAVEL))
    text = travel_text(envelope(parts._replace(signature=twin(parts.signature))))
    assert reason_of(text, TRAVEL, revoked_serials=frozenset({SERIAL})) is Reason.REVOKED


# --- 12. the age of the trust data


@pytest.mark.parametrize(
    ("days", "warning", "reason"),
    [
        (0, False, None),
        (7, False, None),
        (7.001, True, None),
        (21, True, None),
        (21.001, True, Reason.TRUST_TOO_OLD),
        (400, True, Reason.TRUST_TOO_OLD),
    ],
)
@BOTH_FORMS
def test_trust_data_warns_after_7_days_and_cannot_tell_14_days_later(issuer, days, warning, reason):
    text, now = a_pass(issuer, expires_at=NOW + 1000 * DAY), NOW + 500 * DAY
    verdict = judged(text, issuer, now=now, signed_at=now - days * DAY)
    assert (verdict.warning, verdict.reason) == (warning, reason)
    assert verdict.data_age_days == pytest.approx(days)
    assert verdict.outcome is (Outcome.CANNOT_TELL if reason else Outcome.ACCEPTED)
    assert verdict.claims is not None


def test_data_from_the_future_is_fresh_and_a_plain_list_has_no_age():
    verdict = judged(a_pass(DOMESTIC), DOMESTIC, signed_at=NOW + 100 * DAY)
    assert (verdict.outcome, verdict.data_age_days, verdict.warning) == (Outcome.ACCEPTED, 0, False)
    verdict = judged(a_pass(DOMESTIC), DOMESTIC)
    assert (verdict.data_age_days, verdict.warning) == (None, False)


OLD = {"signed_at": NOW - 30 * DAY}


@BOTH_FORMS
def test_old_data_never_makes_an_unknown_or_wrong_signer_a_refusal(issuer):
    healed = {
        "unknown": judged(a_pass(an_issuer(issuer.form)), issuer, **OLD),
        "not allowed": judged(a_pass(issuer), issuer.entry(usage=frozenset()), **OLD),
        "not valid then": judged(a_pass(issuer), issuer.entry(sign_until=0), **OLD),
        "no longer": judged(a_pass(issuer), issuer.entry(accept_until=0), **OLD),
    }
    for name, verdict in healed.items():
        assert (verdict.outcome, verdict.reason) == (Outcome.CANNOT_TELL, Reason.TRUST_TOO_OLD), name


@BOTH_FORMS
def test_old_data_leaves_a_refusal_that_rests_on_the_pass(issuer):
    forged = a_pass(an_issuer(issuer.form, kid=issuer.kid))
    assert reason_of(forged, issuer, **OLD) is Reason.BAD_SIGNATURE
    assert reason_of(a_pass(issuer, expires_at=NOW), issuer, **OLD) is Reason.EXPIRED
    assert reason_of(a_pass(issuer, issued_at=NOW + 1), issuer, **OLD) is Reason.NOT_YET_VALID
    assert reason_of(a_pass(issuer), issuer, **OLD, revoked_serials=frozenset({SERIAL})) is Reason.REVOKED
    assert reason_of("HC1:a", issuer, **OLD) is Reason.NOT_BASE45
    assert reason_of("hello", issuer, **OLD) is Reason.UNKNOWN_PREFIX


def test_old_data_leaves_what_cannot_be_told_for_another_reason():
    assert reason_of("VN2:", DOMESTIC, **OLD) is Reason.NEWER_FORMAT
    assert reason_of("shc:/", DOMESTIC, **OLD) is Reason.UNSUPPORTED_FORMAT
    assert reason_of(a_pass(DOMESTIC), **OLD) is Reason.NO_TRUST
