"""How values are shown in pages: dates as DD/MM/YYYY, unknown parts as dashes, times in Vietnam's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from flask_babel import format_decimal

from vaccine_pass.appearance import LOOKS, Look
from vaccine_pass.dates import PartialDate
from vaccine_pass.status import Status, status_of
from vaccine_pass.vaccines import VACCINES
from verifier_server.checks import VIETNAM
from verifier_server.drawing.caption import Caption
from verifier_server.units.provinces import province_name
from verifier_server.web.badges import badge
from verifier_server.web.languages import language

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Give the templates their filters."""
    app.add_template_filter(birth)
    app.add_template_filter(day)
    app.add_template_filter(day_of)
    app.add_template_filter(moment)
    app.add_template_filter(vaccine)
    app.add_template_filter(look)
    app.add_template_filter(phone)
    app.add_template_filter(province_name, "province")
    app.add_template_filter(grouped)
    app.add_template_filter(counted)
    app.add_template_global(doses_said)
    app.add_template_global(badge)


def birth(number: int) -> str:
    """Return a birth date of the register, as DD/MM/YYYY."""
    return PartialDate.from_number(number).display


def day(value: date | None) -> str:
    """Return a day as DD/MM/YYYY, or a dash."""
    return f"{value:%d/%m/%Y}" if value else "–"


def day_of(seconds: int) -> str:
    """Return the day in Vietnam of a point in time."""
    return day(_local(seconds).date())


def moment(seconds: int) -> str:
    """Return a point in time, as DD/MM/YYYY HH:MM in Vietnam."""
    return f"{_local(seconds):%d/%m/%Y %H:%M}"


def vaccine(key: str) -> str:
    """Return the name that people know a product by."""
    known = VACCINES.by_key(key)
    return known.name if known else key


def look(status: str) -> Look:
    """Return colour, shape and words of a status."""
    return LOOKS[Status(status)]


def phone(number: str | None) -> str:
    """Return a Vietnamese phone as it is dialled here, in groups."""
    if not number:
        return "–"
    local = "0" + number[3:] if number.startswith("+84") else number
    return _together(f"{local[:4]} {local[4:7]} {local[7:]}".strip())


def grouped(number: str | None) -> str:
    """Return an ID number in groups of three, easier to read against a card."""
    if not number:
        return "–"
    if not number.isdigit():
        return number
    return _together(" ".join(number[at : at + 3] for at in range(0, len(number), 3)))


def counted(number: int) -> str:
    """Return a number with its thousands apart: 1.312 in Vietnamese, 1,312 in English."""
    return format_decimal(number)


def doses_said(doses: int, series: int | None) -> str:
    """Return "1 trên 2 mũi" or "Đủ 2 mũi + 1 nhắc lại" in the language of the page."""
    status = status_of(doses, series or 1)
    return Caption(status, doses, series, language()).words


def _together(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _local(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).astimezone(VIETNAM)
