"""Small helpers for forms: dates of three boxes, tokens against a double click, errors by field."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from verifier_server.web.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verifier_server.errors import FieldError

_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,43}")


def new_token() -> str:
    """Return a token for one form: what was sent twice with it is done once."""
    return secrets.token_urlsafe(24)


def token_of(form: Mapping[str, str]) -> str:
    """Return the form's token; a form without one cannot be sent twice, and gets a new one."""
    token = form.get("token", "")
    return token if _TOKEN.fullmatch(token) else new_token()


def joined_date(form: Mapping[str, str], name: str) -> str:
    """Return the text of a date that was typed into three boxes; empty ones are unknown."""
    day, month, year = (form.get(f"{name}_{part}", "").strip() for part in ("day", "month", "year"))
    if not (day or month or year):
        return ""
    return f"{day or '--'}/{month or '--'}/{year}"


def errors_by_field(error: FieldError) -> dict[str, str]:
    """Return the sentence for each field that is wrong, in the language of the page."""
    return {problem.field: sentence(problem) for problem in error.problems}
