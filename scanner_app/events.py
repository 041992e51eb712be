"""What a scan leaves: lines of JSON without personal data, for tests, benchmarks and counts.

A line holds a time bucket, the verdict, its reason, the key id ("unknown" for one not trusted)
and milliseconds. Never a text, a name, a date of birth, a serial or an exact time of day.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TextIO

from vaccine_pass.verdict import Outcome, Verdict

BUCKET_MINUTES = 15


class EventLog:
    """Writes one JSON object a line to `stream`; without a stream it writes nothing."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    def emit(self, event: str, **fields: object) -> None:
        """Write one event; a reader that went away is no reason to stop scanning."""
        if self._stream is None:
            return
        try:
            self._stream.write(json.dumps({"event": event, **fields}) + "\n")
            self._stream.flush()
        except (BrokenPipeError, ValueError):
            self._stream = None


def verdict_fields(verdict: Verdict, now: float) -> dict[str, object]:
    """What may be kept of a verdict given at Unix time `now`."""
    status = verdict.claims.status if verdict.claims else None
    accepted = verdict.outcome is Outcome.ACCEPTED
    return {
        "bucket": time_bucket(now),
        "verdict": status.value if accepted and status else verdict.outcome.value,
        "reason": verdict.reason.code if verdict.reason else None,
        "key_id": verdict.key_id.hex() if verdict.key_id else "unknown",
    }


def time_bucket(now: float) -> str:
    """The quarter of an hour of `now`, ISO 8601 in UTC."""
    moment = datetime.fromtimestamp(now, UTC)
    minute = moment.minute // BUCKET_MINUTES * BUCKET_MINUTES
    return moment.replace(minute=minute).strftime("%Y-%m-%dT%H:%MZ")
