"""Whose papers somebody asks for, from a form's fields, and how that is called.

Left out: the page (:mod:`~.pages`), and what the people have (:mod:`~.groups`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from flask_babel import ngettext

from verifier_server.errors import FieldError
from verifier_server.passes.claims import FORMS
from verifier_server.people.identifiers import holders
from verifier_server.printing.groups import Group
from verifier_server.sites.tables import Site
from verifier_server.staff.place import is_of_a_site, sites_of
from verifier_server.units.choosing import chosen_unit
from verifier_server.units.naming import unit_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.printing.tables import PrintRun
    from verifier_server.staff.tables import Account

SCOPES = ("unit", "site", "people")
LONGEST_LIST = 2_000
_BETWEEN = re.compile(r"[\r\n,;]+")
_ROW = re.compile(r"[0-9]{1,18}")


def form_of(asked: Any) -> str:
    """Return the form of pass that is asked for; the domestic one unless another is named."""
    form: str = asked.get("form", "")
    return form if form in FORMS else FORMS[0]


def scope_of(account: Account, asked: Any) -> str:
    """Return by what is chosen: for whoever acts for a site that site, whatever was sent."""
    scope = asked.get("scope", "")
    return "site" if is_of_a_site(account) else scope if scope in SCOPES else SCOPES[0]


def group_of(session: Session, account: Account, asked: Any) -> tuple[Group | None, int]:
    """Return the group that is asked for, and how many numbers of a list are nobody's; None: nothing is chosen yet.

    :raises FieldError: there is no such unit or site, or the list is too long.
    """
    scope = scope_of(account, asked)
    if scope == "unit":
        found = chosen_unit(session, asked)
        return (Group("unit", unit_version=found[0], unit=found[1]) if found else None), 0
    if scope == "site":
        return _of_site(session, account, asked.get("site", "")), 0
    return _of_list(session, asked)


def _of_site(session: Session, account: Account, text: str) -> Group | None:
    sites = sites_of(session, account)
    if is_of_a_site(account):
        return Group("site", site_id=sites[0].id) if sites else None
    if not text:
        return None
    chosen = next((site for site in sites if str(site.id) == text), None)
    if chosen is None:
        raise FieldError("site", "There is no such site.", code="site_closed")
    return Group("site", site_id=chosen.id)


def _of_list(session: Session, asked: Any) -> tuple[Group | None, int]:
    kept = [int(one) for one in asked.get("people", "").split(",") if _ROW.fullmatch(one)]
    if kept:
        return Group("people", people=tuple(kept)), 0
    lines = ("".join(one.split()).upper() for one in _BETWEEN.split(asked.get("numbers", "")))
    numbers = [one for one in lines if one]
    if not numbers:
        return None, 0
    if len(numbers) > LONGEST_LIST:
        sentence = f"At most {LONGEST_LIST} numbers in one list."
        raise FieldError("numbers", sentence, code="list_too_long", most=LONGEST_LIST)
    known = holders(session, numbers)
    people = sorted({person for found in known.values() for person in found})
    return (Group("people", people=tuple(people)) if people else None), len(set(numbers) - set(known))


def whose(session: Session, run: PrintRun) -> str:
    """Return whose papers a run is about."""
    if run.scope == "unit":
        return unit_name(session, run.unit_version, run.unit) or "–"
    if run.scope == "site":
        site = session.get(Site, run.site_id)
        return site.name if site else "–"
    return ngettext("Danh sách %(num)s người", "Danh sách %(num)s người", run.papers)


def why_said() -> dict[str, str]:
    """Return the words of each reason why somebody has no pass to print."""
    return {
        "refused": _("chưa được cấp sau khi ký xác nhận"),
        "unsigned": _("mũi tiêm chờ ký xác nhận"),
        "revoked": _("mã đã bị thu hồi"),
        "expired": _("mã đã hết hạn"),
        "never": _("chưa từng được cấp mã"),
    }
