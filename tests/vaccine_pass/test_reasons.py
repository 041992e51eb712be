"""Reasons: their codes are a promise to programs, so they stand here once more."""

from vaccine_pass.reasons import Outcome, Reason

REFUSED = {
    "unknown_prefix", "too_large", "not_base45", "not_compressed", "not_cose", "not_a_pass", "malformed_claims",
    "unknown_signer", "bad_signature", "signer_not_valid_then", "signer_not_allowed", "not_yet_valid", "expired",
    "revoked",
}  # fmt: skip
CANNOT_TELL = {
    "just_expired",
    "newer_format", "unsupported_format", "trust_too_old", "no_trust", "no_code", "unreadable_picture", "fault",
}  # fmt: skip


def codes(*reasons):
    return {reason.code for reason in reasons}


def test_the_codes_and_their_outcomes_are_these():
    assert codes(*(reason for reason in Reason if reason.outcome is Outcome.REFUSED)) == REFUSED
    assert codes(*(reason for reason in Reason if reason.outcome is Outcome.CANNOT_TELL)) == CANNOT_TELL
    assert codes(*Reason) == REFUSED | CANNOT_TELL


def test_codes_and_stages_are_unique_and_no_reason_is_an_acceptance():
    assert len({reason.code for reason in Reason}) == len({reason.stage for reason in Reason}) == len(list(Reason))
    assert all(reason.outcome is not Outcome.ACCEPTED for reason in Reason)


def test_newer_data_heals_only_what_rests_on_the_trust_data_alone():
    healed = codes(*(reason for reason in Reason if reason.heals))
    assert healed == {"unknown_signer", "signer_not_valid_then", "signer_not_allowed"}


def test_outcomes_are_the_words_of_the_command_line():
    assert [outcome.value for outcome in Outcome] == ["accepted", "refused", "cannot_tell"]
