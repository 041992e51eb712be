"""Phones: read by ``phonenumbers``, kept in E.164 with the country. A phone is never an identity."""

from __future__ import annotations

import re

import phonenumbers

from verifier_server.errors import FieldError

_HOME = "VN"
# Letters are refused: the library would read them as the keys of a telephone.
_WRITTEN = re.compile(r"\+?[0-9\s().\-/]{3,40}", re.ASCII)


def checked_phone(text: str) -> str | None:
    """Return a phone as E.164 (``+84…``), or None when there is none; without a country it is Vietnam's.

    :raises FieldError: no phone can have this number.
    """
    written = (text or "").strip()
    if not written:
        return None
    if _WRITTEN.fullmatch(written):
        # 84912345678, as a spreadsheet leaves it, is read with its plus.
        for attempt in (written, "+" + written.lstrip("+")):
            if number := _possible(attempt):
                return number
    raise FieldError(
        "phone", "This is no phone number: write it as 0912 345 678, or with + and the country.", code="bad_phone"
    )


def _possible(text: str) -> str | None:
    try:
        number = phonenumbers.parse(text, _HOME)
    except phonenumbers.NumberParseException:
        return None
    # Not is_valid_number: new ranges are opened faster than the library's tables are updated here.
    if not phonenumbers.is_possible_number(number) or number.extension:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
