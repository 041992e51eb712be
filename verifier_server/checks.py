"""Checks of single values that more than one part of the register makes.

A check takes the field's name and the text, and returns the clean value or raises a
:class:`FieldError` whose sentence never repeats a personal value.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone

from verifier_server.errors import FieldError

# Vietnam has one time zone and no summer time. A fixed offset needs no zone files.
VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")


def today_at(now: float) -> date:
    """Return the day in Vietnam at a Unix time: a dose of this evening is not "tomorrow" in UTC."""
    return datetime.fromtimestamp(now, UTC).astimezone(VIETNAM).date()


def one_line(field: str, text: str, *, longest: int) -> str:
    """Return a text of one line, NFC, without outer spaces.

    :raises FieldError: empty, longer than ``longest`` characters, or with control characters.
    """
    clean = optional_line(field, text, longest=longest)
    if clean is None:
        raise FieldError(field, "This is empty; it must be filled in.", code="empty")
    return clean


def optional_line(field: str, text: str | None, *, longest: int) -> str | None:
    """Return the text as :func:`one_line` does, or None when there is none."""
    clean = " ".join(unicodedata.normalize("NFC", text or "").split(" ")).strip()
    if not clean:
        return None
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for sign in clean):
        raise FieldError(field, "This holds characters that cannot be printed.", code="control_characters")
    if len(clean) > longest:
        raise FieldError(
            field,
            f"This has {len(clean)} characters; at most {longest} are allowed.",
            code="too_long",
            characters=len(clean),
            longest=longest,
        )
    return clean


def whole_number(field: str, text: str, *, least: int, most: int) -> int:
    """Return a whole number written in ASCII digits.

    :raises FieldError: it is not a number, or outside of the range.
    """
    clean = (text or "").strip()
    if not (clean.isascii() and clean.isdigit() and len(clean) <= 9):
        raise FieldError(
            field, f"This must be a whole number from {least} to {most}.", code="not_a_number", least=least, most=most
        )
    if not least <= int(clean) <= most:
        raise FieldError(
            field, f"This must be from {least} to {most}.", code="number_out_of_range", least=least, most=most
        )
    return int(clean)
