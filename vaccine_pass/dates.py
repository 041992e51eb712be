"""Birth dates of which the day, or the day and the month, may be unknown.

Two written forms stand side by side: ISO 8601 with parts left out (``1948-05``), as the EU's
schema writes ``dob``, and the number YYYYMMDD with 00 for an unknown part, as the domestic pass
does.  Dates of doses are ordinary ``datetime.date`` values and are not handled here.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from vaccine_pass.errors import PassError

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_VIETNAMESE = re.compile(r"(?:(?:(\d{1,2}|-{1,2})[/.])?(\d{1,2}|-{1,2})[/.])?(\d{4})", re.ASCII)

FIRST_YEAR, LAST_YEAR = 1900, 2099
"""Years a birth date may have: the range of the EU schema's ``dob`` (DCC schema 1.3.0)."""


class PartialDate(NamedTuple):
    """A date of birth; ``month`` and ``day`` are 0 where unknown."""

    year: int
    month: int = 0
    day: int = 0

    @classmethod
    def of(cls, year: int, month: int = 0, day: int = 0) -> PartialDate:
        """Return a checked date.

        :raises PassError: when there is no such date, or a day without its month.
        """
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise _bad(f"year {year} is not between {FIRST_YEAR} and {LAST_YEAR}")
        if day and not month:
            raise _bad("a day is given without its month")
        try:
            date(year, month or 1, day or 1)
        except ValueError as error:
            raise _bad(f"there is no day {day:02}/{month:02}/{year}") from error
        return cls(year, month, day)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read ``1990-01-31``, ``1948-05``, ``1948``, ``1948-05-00``, ``31/01/1990``, ``--/05/1948``.

        :raises PassError: when the text is in none of these forms or names no real date.
        """
        text = text.strip()
        if _ISO.fullmatch(text):
            return cls.from_iso(text.removesuffix("-00").removesuffix("-00"))
        if local := _VIETNAMESE.fullmatch(text):
            day, month, year = (int((part or "0").replace("-", "0")) for part in local.groups())
            return cls.of(year, month, day)
        raise _bad("write it as DD/MM/YYYY, with -- for an unknown day or month")

    @classmethod
    def from_iso(cls, text: str) -> PartialDate:
        """Read ISO 8601 with parts left out, and nothing else: the inverse of :attr:`iso`."""
        if len(text) == 10:  # a whole date, as nearly all are, goes the short way
            return cls._whole(text)
        found = _ISO.fullmatch(text)
        if found is None or text.endswith("-00"):
            raise _bad("write it as YYYY-MM-DD, YYYY-MM or YYYY")
        year, month, _ = found.groups("0")
        return cls.of(int(year), int(month))

    @classmethod
    def _whole(cls, text: str) -> PartialDate:
        try:
            day = date.fromisoformat(text)
        except ValueError as error:
            raise _bad("write it as YYYY-MM-DD; there must be such a day") from error
        if not (text[4] == text[7] == "-" and FIRST_YEAR <= day.year <= LAST_YEAR):
            raise _bad(f"write it as YYYY-MM-DD, between {FIRST_YEAR} and {LAST_YEAR}")
        return cls(day.year, day.month, day.day)

    @classmethod
    def from_number(cls, number: int) -> PartialDate:
        """Read YYYYMMDD, the domestic pass's form, with 00 for an unknown month or day."""
        return cls.of(number // 10000, number // 100 % 100, number % 100)

    @property
    def number(self) -> int:
        """YYYYMMDD with 00 for an unknown part."""
        return self.year * 10000 + self.month * 100 + self.day

    @property
    def iso(self) -> str:
        """ISO 8601, unknown parts left out: ``1948-05``, ``1948``."""
        parts = (f"{self.year:04}", f"{self.month:02}", f"{self.day:02}")
        return "-".join(parts[: 3 if self.day else 2 if self.month else 1])

    @property
    def display(self) -> str:
        """DD/MM/YYYY with dashes for an unknown part: ``--/05/1948``."""
        day, month = (f"{part:02}" if part else "--" for part in (self.day, self.month))
        return f"{day}/{month}/{self.year:04}"

    @property
    def is_whole(self) -> bool:
        """Whether day and month are known."""
        return bool(self.day)


def _bad(what: str) -> PassError:
    return PassError(f"Not a date of birth: {what}.", code="bad_birth_date")
