"""What may be said about a vaccination site, and how one is found by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from vaccine_pass.names import folded
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.checks import one_line
from verifier_server.errors import FieldError
from verifier_server.sites.tables import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

LONGEST_NAME = 120
PROVINCE_DIGITS = 2


def all_sites(session: Session) -> Sequence[Site]:
    """Every site, by name."""
    return session.scalars(select(Site).order_by(Site.name_folded)).all()


def open_sites(session: Session) -> Sequence[Site]:
    """The sites that doses can be recorded at, by name."""
    return session.scalars(select(Site).where(Site.open).order_by(Site.name_folded)).all()


def site_named(session: Session, name: str, *, now: int, by: int | None = None) -> Site:
    """Find the site of this name, or enter it.

    :param by: the account that asks; None: the command line.
    :raises FieldError: the name is empty, too long or holds control characters.
    """
    clean = one_line("site", name, longest=LONGEST_NAME)
    found = session.scalar(select(Site).where(Site.name_folded == folded(clean)))
    return found or _entered(session, clean, now, by)


def add_site(session: Session, name: str, *, now: int, by: int | None = None) -> Site:
    """Enter a new site.

    :param by: the account that asks; None: the command line.
    :raises FieldError: the name is wrong, or a site of this name exists.
    """
    clean = one_line("site", name, longest=LONGEST_NAME)
    if session.scalar(select(Site.id).where(Site.name_folded == folded(clean))):
        raise FieldError("site", "A site of this name is in the register already.", code="site_exists")
    return _entered(session, clean, now, by)


def checked_province(code: str) -> str:
    """Return a province's code: two digits, as in the list of units of 2021.

    :raises FieldError: it is not two digits.
    """
    clean = code.strip()
    if not (len(clean) == PROVINCE_DIGITS and clean.isascii() and clean.isdigit()):
        raise FieldError("province", "A province's code has two digits, as 01 for Hà Nội.", code="bad_province")
    return clean


def set_province(session: Session, site: Site, code: str, *, now: int, by: int | None = None) -> None:
    """Note a site's province; the same again changes nothing.

    :raises FieldError: the code is not two digits.
    """
    province = checked_province(code)
    if site.province == province:
        return
    details = {"province": province, "before": site.province}
    site.province = province
    record(session, Happening(Kind.SITE_CHANGED, "site", site.id, account=by, details=details), at=now)


def _entered(session: Session, name: str, now: int, by: int | None) -> Site:
    site = Site(name=name, name_folded=folded(name), open=True)
    session.add(site)
    session.flush()
    record(session, Happening(Kind.SITE_ADDED, "site", site.id, account=by, details={"name": name}), at=now)
    return site
