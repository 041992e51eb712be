"""How long a pass is valid: a setting, and limits that no setting can pass."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from vaccine_pass.status import Status
from verifier_server.errors import ServerError

# DESIGN: a pass without a dose says little and soon gets old.
LONGEST_BEFORE_A_DOSE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Validity:
    """Days that each form is valid for; the travel pass has 12 months by Decision 5772/QĐ-BYT."""

    domestic_days: int = 365
    travel_days: int = 365
    before_dose_days: int = 90

    def period(self, form: str, status: Status) -> timedelta:
        """Return how long a pass of this form and status is valid."""
        if form == "travel":
            return timedelta(days=self.travel_days)
        if status is Status.NONE:
            return min(timedelta(days=self.before_dose_days), LONGEST_BEFORE_A_DOSE)
        return timedelta(days=self.domestic_days)


def expiry(period: timedelta, *, now: int, accept_until: float | None) -> int:
    """Return the last second of a pass issued now: never later than its signer is accepted.

    :raises ServerError: the signer is accepted no longer, so nothing can be issued with it.
    """
    wanted = now + int(period.total_seconds())
    latest = wanted if accept_until is None else min(wanted, int(accept_until))
    if latest <= now:
        raise ServerError(
            "The signing key is no longer accepted at checkpoints: activate a new one.", code="signer_over"
        )
    return latest
