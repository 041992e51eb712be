"""The words of the window that shows a loop, Vietnamese and English."""

from __future__ import annotations

from datetime import UTC, datetime

from scanner_app.loop.facts import Facts
from scanner_app.words import Words

TITLE = Words("Cập nhật dữ liệu tin cậy", "Trust update")
HINT = Words("Đưa máy ảnh của máy kia vào mã này.", "Point the other device's camera at this code.")
STOP = Words("Dừng", "Stop")
_SIGNED = Words("Ký ngày {day}", "Signed on {day}")
_UNDATED = Words("Không rõ ngày ký", "No date of signing")
ENDED = Words("Đã hết hạn, máy khác sẽ không nhận.", "Out of date: no other device will take it.")
_FRAME = Words("Khung {number}/{count}", "Frame {number} of {count}")


def signed(facts: Facts, language: str) -> str:
    """The date inside the signed data; a demonstration's says DEMO before it, always."""
    day = _day(facts.signed_at, language)
    said = _SIGNED.of(language).format(day=day) if day else _UNDATED.of(language)
    return f"DEMO · {said}" if facts.is_demo else said


def frame(number: int, count: int, language: str) -> str:
    """Which frame is shown, counted from 1."""
    return _FRAME.of(language).format(number=number, count=count)


def _day(seconds: float | None, language: str) -> str:
    if seconds is None:
        return ""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return ""
    return moment.strftime("%Y-%m-%d" if language == "en" else "%d/%m/%Y")
