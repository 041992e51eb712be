"""Why a verdict is not "accepted": stable codes, each with the stage that found it.

``code`` is for programs and never changes its meaning.  ``stage`` is the short mark under the
sentence on the screen, so that a photograph of a screen is a bug report: D decoding, S signer and
signature, P period, R revocation, T trust data, I image, X a fault of our own.
"""

from __future__ import annotations

from enum import Enum


class Outcome(str, Enum):
    """What the checkpoint may conclude.  ``CANNOT_TELL`` is never shown as a refusal."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANNOT_TELL = "cannot_tell"


class Reason(Enum):
    """A reason's code, its stage mark, the outcome it leads to, and whether newer data may heal it.

    ``heals`` marks refusals that rest on the trust data alone: when that data is too old they
    become "cannot tell", because old data must never turn an honest person red (DESIGN, Trust).
    """

    UNKNOWN_PREFIX = ("unknown_prefix", "D-PRE", Outcome.REFUSED, False)
    TOO_LARGE = ("too_large", "D-BIG", Outcome.REFUSED, False)
    NOT_BASE45 = ("not_base45", "D-B45", Outcome.REFUSED, False)
    NOT_COMPRESSED = ("not_compressed", "D-ZIP", Outcome.REFUSED, False)
    NOT_COSE = ("not_cose", "D-COS", Outcome.REFUSED, False)
    NOT_A_PASS = ("not_a_pass", "D-PAS", Outcome.REFUSED, False)
    MALFORMED_CLAIMS = ("malformed_claims", "D-CLM", Outcome.REFUSED, False)
    NEWER_FORMAT = ("newer_format", "D-NEW", Outcome.CANNOT_TELL, False)
    UNSUPPORTED_FORMAT = ("unsupported_format", "D-FMT", Outcome.CANNOT_TELL, False)
    UNKNOWN_SIGNER = ("unknown_signer", "S-KEY", Outcome.REFUSED, True)
    BAD_SIGNATURE = ("bad_signature", "S-SIG", Outcome.REFUSED, False)
    SIGNER_NOT_VALID_THEN = ("signer_not_valid_then", "S-TIM", Outcome.REFUSED, True)
    SIGNER_NOT_ALLOWED = ("signer_not_allowed", "S-USE", Outcome.REFUSED, True)
    NOT_YET_VALID = ("not_yet_valid", "P-NYV", Outcome.REFUSED, False)
    EXPIRED = ("expired", "P-EXP", Outcome.REFUSED, False)
    JUST_EXPIRED = ("just_expired", "P-DAY", Outcome.CANNOT_TELL, False)
    REVOKED = ("revoked", "R-REV", Outcome.REFUSED, False)
    TRUST_TOO_OLD = ("trust_too_old", "T-OLD", Outcome.CANNOT_TELL, False)
    NO_TRUST = ("no_trust", "T-NON", Outcome.CANNOT_TELL, False)
    NO_CODE = ("no_code", "I-COD", Outcome.CANNOT_TELL, False)
    UNREADABLE_PICTURE = ("unreadable_picture", "I-PIC", Outcome.CANNOT_TELL, False)
    FAULT = ("fault", "X-FLT", Outcome.CANNOT_TELL, False)

    def __init__(self, code: str, stage: str, outcome: Outcome, heals: bool) -> None:
        self.code = code
        self.stage = stage
        self.outcome = outcome
        self.heals = heals
