"""The verdict: total, with a reason, and with nothing in it that was not signed.

What is left out: words.  Each app has its own table of sentences for the reasons.
"""

from __future__ import annotations

from typing import NamedTuple

from vaccine_pass.claims import VerifiedClaims
from vaccine_pass.reasons import Outcome, Reason

__all__ = ["Outcome", "Reason", "Verdict"]


class Verdict(NamedTuple):
    """What may be concluded from one text.

    :ivar outcome: accepted, refused or cannot tell.
    :ivar reason: None exactly when accepted.
    :ivar format: ``domestic``, ``hcert``, ``shc``, ``vds-nc``, ``divoc``, or None when unknown.
    :ivar claims: what a trusted signer said, also for an expired or revoked pass; None otherwise,
        and for what its signer may not sign.
    :ivar key_id: 8 bytes of the signer that verified it; None without a good signature.
    :ivar data_age_days: age of the trust data in days; None when it has no date.
    :ivar warning: the trust data is older than 7 days, so an update is due.
    :ivar detail: technical sentence in English for a report; never personal data.
    """

    outcome: Outcome
    reason: Reason | None
    format: str | None = None
    claims: VerifiedClaims | None = None
    key_id: bytes | None = None
    data_age_days: float | None = None
    warning: bool = False
    detail: str = ""
