"""The words for showing and reading a loop, Vietnamese and English."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from scanner_app.notices import VIETNAM
from scanner_app.words import Words

if TYPE_CHECKING:  # these load TUF, which the window does without until it reads a loop
    from keys.loop.assembling import Progress
    from scanner_app.loop.facts import Facts

TITLE = Words("Cập nhật dữ liệu tin cậy", "Trust update")
HINT = Words("Đưa máy ảnh của máy kia vào mã này.", "Point the other device's camera at this code.")
STOP = Words("Dừng", "Stop")
UPDATED = Words("Đã cập nhật dữ liệu tin cậy.", "The trust data is updated.")
HELD_ALREADY = Words("Máy này đã có dữ liệu đó.", "This device already holds that data.")
_BEGUN = Words("Đang đọc mã cập nhật…", "Reading a trust update…")
_PROGRESS = Words("Đang nhận cập nhật: {blocks}/{of}", "Taking a trust update: {blocks} of {of}")
_REFUSED = Words(
    "Mã cập nhật không được nhận ({code}). Báo trưởng chốt.",
    "The trust update is refused ({code}). Tell the supervisor.",
)
_SIGNED = Words("Ký ngày {day}", "Signed on {day}")
_UNDATED = Words("Không rõ ngày ký", "No date of signing")
ENDED = Words("Đã hết hạn, máy khác sẽ không nhận.", "Out of date: no other device will take it.")
_FRAME = Words("Khung {number}/{count}", "Frame {number} of {count}")


def signed(facts: Facts, language: str) -> str:
    """The date inside the signed data; a demonstration's says DEMO before it, always."""
    day = _day(facts.signed_at, language)
    said = _SIGNED.of(language).format(day=day) if day else _UNDATED.of(language)
    return f"DEMO · {said}" if facts.is_demo else said


def progress(known: Progress | None) -> Words:
    """How far a loop has come that is being read."""
    if known is None or known.is_manifest:
        return _BEGUN
    return Words(*(words.format(blocks=known.blocks, of=known.of) for words in _PROGRESS))


def refused(code: str) -> Words:
    """A loop that is not taken, with the code that says why."""
    return Words(*(words.format(code=code) for words in _REFUSED))


def frame(number: int, count: int, language: str) -> str:
    """Which frame is shown, counted from 1."""
    return _FRAME.of(language).format(number=number, count=count)


def _day(seconds: float | None, language: str) -> str:
    if seconds is None:
        return ""
    try:
        moment = datetime.fromtimestamp(seconds, VIETNAM)
    except (OverflowError, OSError, ValueError):
        return ""
    return moment.strftime("%Y-%m-%d" if language == "en" else "%d/%m/%Y")
