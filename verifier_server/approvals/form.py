"""The form of a revocation: from what an administrator typed to the passes that are meant.

Passes are named as people see them: a pass by the number printed below its code, a site and an
account by choosing. Left out: whether it may be done (`verifier_server.revocation.batches`).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError
from verifier_server.checks import VIETNAM, one_line
from verifier_server.errors import FieldError
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation import selection as choosing
from verifier_server.revocation.batches import LONGEST_REASON
from verifier_server.revocation.selection import Period, Selection
from verifier_server.sites.tables import Site
from verifier_server.web.forms import joined_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from keys.store import KeyStore

KINDS = ("pass", "person", "site", "account", "key")
ACTIONS = ("revoke", "unrevoke")
# What a page sends back unchanged when its preview is confirmed.
_DATES = tuple(f"{name}_{part}" for name in ("since", "until") for part in ("day", "month", "year"))
FIELDS = ("action", "kind", "pass", "person", "site", "account", "key", "batch", *_DATES, "reason")

_PRINTED = re.compile(r"[0-9A-Fa-f]{8}")
_ROW = re.compile(r"[0-9]{1,18}")


def action_of(form: Mapping[str, str]) -> str:
    """``revoke`` or ``unrevoke``; whatever else was sent is the harmless first form of the question."""
    return "unrevoke" if form.get("action") == "unrevoke" else "revoke"


def reason_of(form: Mapping[str, str]) -> str:
    """Why; FieldError when nothing is said."""
    return one_line("reason", form.get("reason", ""), longest=LONGEST_REASON)


def selection_in(session: Session, store: KeyStore, form: Mapping[str, str]) -> Selection:
    """Return the passes that a form means.

    :raises FieldError: nothing is chosen, or what is chosen is not there.
    """
    kind, text = form.get("kind", ""), form.get(form.get("kind", ""), "").strip()
    if kind not in {*KINDS, "batch"} or not text:
        raise FieldError(kind or "kind", "Nothing is chosen.", code="empty")
    if kind == "pass":
        return Selection("pass", str(_serial(session, text)))
    if kind == "person":
        return choosing.of_person(session, _row(kind, text, "unknown_person"))
    if kind == "site":
        return choosing.of_site(session, _site_name(session, text), _period(form, needed=True))
    if kind == "account":
        return choosing.of_account(session, text, _period(form, needed=False))
    if kind == "key":
        return choosing.of_key(session, store, text)
    return choosing.of_batch(session, _row(kind, text, "unknown_batch"))


def _serial(session: Session, text: str) -> int:
    if _PRINTED.fullmatch(text):
        condition = IssuedPass.serial == int(text, 16)
    else:
        condition = IssuedPass.certificate_id == text.upper()
    found = session.scalar(select(IssuedPass.serial).where(condition))
    if found is None:
        raise FieldError("pass", "There is no pass with this number.", code="unknown_pass")
    return found


def _row(field: str, text: str, code: str) -> int:
    if not (text.isascii() and _ROW.fullmatch(text)):
        raise FieldError(field, f"{text!r:.40} is no number of anything.", code=code)
    return int(text)


def _site_name(session: Session, text: str) -> str:
    site = session.get(Site, _row("site", text, "unknown_site"))
    if site is None:
        raise FieldError("site", "There is no such site.", code="unknown_site")
    return site.name


def _period(form: Mapping[str, str], *, needed: bool) -> Period:
    since, until = (_day(form, name, needed=needed) for name in ("since", "until"))
    try:
        return Period(_midnight(since), _midnight(until and until + timedelta(days=1)))
    except FieldError as problem:
        raise FieldError("until", problem.message, code=problem.code) from problem


def _day(form: Mapping[str, str], name: str, *, needed: bool) -> date | None:
    text = joined_date(form, name)
    if not text and not needed:
        return None
    try:
        day = PartialDate.parse(text)
        return date(day.year, day.month, day.day)
    except (PassError, ValueError, OverflowError) as problem:
        raise FieldError(name, "There is no such day: write it as DD/MM/YYYY.", code="bad_date") from problem


def _midnight(day: date | None) -> int | None:
    return None if day is None else int(datetime(day.year, day.month, day.day, tzinfo=VIETNAM).timestamp())
