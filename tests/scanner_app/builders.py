"""Verdicts and claims made by hand, for tests that look at words and screens only."""

import threading
import time
from datetime import date

from vaccine_pass.claims import VerifiedClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.status import status_of
from vaccine_pass.verdict import Outcome, Reason, Verdict

NOW = 1_627_632_000.0  # 2021-07-30T08:00:00Z


def some_claims(**changes):
    fields = {
        "form": "domestic", "kind": "vaccination", "name": "Nguyễn Thị Hoàng Phương Thảo",
        "family_name": "Nguyễn", "given_name": "Thị Hoàng Phương Thảo",
        "birth": PartialDate(1990, 1, 31), "issuer": "VN", "issued_at": NOW - 3600,
        "expires_at": NOW + 86_400, "doses": 2, "series": 2, "vaccine": "Comirnaty",
        "last_dose": date(2021, 7, 30), "serial": 1,
    }  # fmt: skip
    fields.update(changes)
    doses, series = fields["doses"], fields["series"]
    fields.setdefault("status", None if doses is None else status_of(doses, series or 2))
    return VerifiedClaims(**fields)


def an_accepted(**changes):
    return Verdict(Outcome.ACCEPTED, None, "domestic", some_claims(**changes), b"\x01" * 8)


def a_verdict_for(reason: Reason):
    return Verdict(reason.outcome, reason)


def within(seconds, state):
    """True as soon as `state()` holds, False when it never did: waits for a state, not for a time."""
    end, news = time.monotonic() + seconds, threading.Event()
    while not state():
        if time.monotonic() > end:
            return False
        news.wait(0.005)
    return True
