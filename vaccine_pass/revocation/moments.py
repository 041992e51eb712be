"""Times in the lists that people sign, as text: whole seconds of UTC, such as ``2021-07-30T00:00:00Z``."""

from __future__ import annotations

from datetime import UTC, datetime

_TEXT = "%Y-%m-%dT%H:%M:%SZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def text_of(seconds: int) -> str:
    """Return the text of whole Unix seconds, 1970 to 9999."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_TEXT)


def seconds_of(text: object) -> int | None:
    """Return whole Unix seconds; None for what :func:`text_of` does not write."""
    try:
        moment = datetime.strptime(str(text), _TEXT).replace(tzinfo=UTC)
    except ValueError:
        return None
    seconds = int((moment - _EPOCH).total_seconds())
    return seconds if seconds >= 0 and text_of(seconds) == text else None
