"""How a status or an outcome looks: one colour, one shape and one word, the same in both apps.

Pure data.  Shape, word and colour say the same thing, so that any one of them is enough.  The
contrast of ``ink`` on ``colour`` is at least 6.5 to 1 (WCAG 2.2, 1.4.6 asks for 7 for small text
and 4.5 for large; verdict words are large).
"""

from __future__ import annotations

from dataclasses import dataclass

from vaccine_pass.reasons import Outcome
from vaccine_pass.status import Status


@dataclass(frozen=True, slots=True)
class Look:
    """A colour (``#RRGGBB``), the ink on it, a shape's name, and the word in both languages."""

    colour: str
    ink: str
    shape: str
    word_vi: str
    word_en: str

    def word(self, language: str) -> str:
        """Return the word in ``vi`` or ``en``."""
        return self.word_en if language == "en" else self.word_vi


LOOKS: dict[Status | Outcome, Look] = {
    Status.COMPLETE: Look("#0B6B3A", "#FFFFFF", "circle-tick", "Đủ mũi", "Complete"),
    Status.PARTIAL: Look("#FFD400", "#111111", "diamond-fraction", "Chưa đủ", "Begun"),
    Status.NONE: Look("#FFFFFF", "#111111", "dashed-ring-zero", "Chưa tiêm", "No dose yet"),
    Outcome.ACCEPTED: Look("#0B6B3A", "#FFFFFF", "circle-tick", "Hợp lệ", "Valid"),
    Outcome.REFUSED: Look("#B3261E", "#FFFFFF", "octagon-cross", "Từ chối", "Refused"),
    Outcome.CANNOT_TELL: Look("#34376E", "#FFFFFF", "square-question", "Chưa rõ", "Cannot tell"),
}
"""``Outcome.ACCEPTED`` is for what has no dose status: a test or a recovery certificate."""

ACCENT = "#0B5A8A"
GREY = "#E9ECEF"


def doses_text(doses: int, series: int | None, language: str) -> str:
    """Return "2 trên 2 mũi" or "2 of 2 doses"; before any dose "Đã đăng ký" or "Registered"."""
    if doses == 0:
        return "Registered" if language == "en" else "Đã đăng ký"
    if language == "en":
        return f"{doses} of {series} {'dose' if series == 1 else 'doses'}"
    return f"{doses} trên {series} mũi"
