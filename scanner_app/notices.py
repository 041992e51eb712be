"""The words that change while scanning: hints, camera trouble, the age of the trust data.

Plain Python, both languages, the clock as an argument.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from scanner_app import labels
from scanner_app.pipeline import Condition
from scanner_app.words import CAMERA, LANGUAGES, Words
from vaccine_pass.trust import TrustData
from vaccine_pass.verify import WARN_AFTER_DAYS

SHOWN_SECONDS = 4.0
DAY = 86_400.0
VIETNAM = timezone(timedelta(hours=7))
"""It has had no other time since 1975."""


class Notices:
    """What the scan screen says, in the language that is chosen."""

    def __init__(
        self,
        trust: TrustData | None,
        language: str,
        post: str,
        *,
        is_demo: bool = False,
        is_damaged: bool = False,
    ) -> None:
        self._post = post
        self.hold(trust, is_demo=is_demo, is_damaged=is_damaged)
        self._passing: tuple[Words, float] | None = None
        self.language = language

    def hold(self, trust: TrustData | None, *, is_demo: bool, is_damaged: bool) -> None:
        """Speak of this trust data from now on."""
        self._trust = trust
        self._is_demo = is_demo
        self.is_damaged = is_damaged
        """True while newer data on the device is damaged, and older data is used."""

    def switch_language(self) -> None:
        """Vietnamese to English or back, at once."""
        self.language = next(other for other in LANGUAGES if other != self.language)

    def note(self, words: Words, now: float, seconds: float = SHOWN_SECONDS) -> None:
        """Show `words` in place of the usual hint until `now + seconds` (monotonic)."""
        self._passing = (words, now + seconds)

    def hint(self, now: float) -> str:
        """The line at the bottom of the scan screen."""
        if self._passing and now < self._passing[1]:
            return self._passing[0].of(self.language)
        if self.is_damaged:
            return labels.DAMAGED_DATA.of(self.language)
        return labels.PRESENT_CODE.of(self.language)

    def trouble(self, condition: Condition, failure: str) -> str:
        """A sentence when the camera shows nothing; empty while it is live."""
        if condition is Condition.LIVE:
            return ""
        code = failure if condition is Condition.FAILED else condition.value
        return CAMERA.get(code, CAMERA["camera_fault"]).of(self.language)

    def age(self, now: float) -> str:
        """Date and age of the trust data at Unix time `now`; a demonstration's says so, always."""
        days, has_trust = self._days(now), self._trust is not None
        return labels.data_age(days, has_trust, self.language, self._date(), is_demo=self._is_demo)

    def _date(self) -> str:
        """The day of the date inside the signed data, in Vietnam; empty for one that no calendar holds."""
        signed_at = self._trust.signed_at if self._trust else None
        try:
            return "" if signed_at is None else datetime.fromtimestamp(signed_at, VIETNAM).strftime("%d/%m/%Y")
        except (OverflowError, OSError, ValueError):
            return ""

    def is_loud(self, now: float) -> bool:
        """Whether the age is a warning: nothing there, a demonstration's, or older than a week."""
        days = self._days(now)
        return self._trust is None or self._is_demo or (days is not None and days > WARN_AFTER_DAYS)

    def _days(self, now: float) -> float | None:
        signed_at = self._trust.signed_at if self._trust else None
        return None if signed_at is None else (now - signed_at) / DAY

    @property
    def post(self) -> str:
        """The post's name as it was set, or a general one."""
        return self._post or labels.NO_POST.of(self.language)
