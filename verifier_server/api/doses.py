"""Doses and sites. A dose that comes in here waits for the site's sign-off like every other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marshmallow import Schema, fields
from sqlalchemy import select

from verifier_server.api.cursors import number_of, paged
from verifier_server.api.guard import current_token, site_for
from verifier_server.api.parts import living, operation, part
from verifier_server.api.repeating import once
from verifier_server.api.schemas import DoseIn, DoseOut, DosesQuery, SiteOut, page_of
from verifier_server.api.scopes import Scope
from verifier_server.api.telling import dose_told
from verifier_server.api.whose import refuse_unreadable
from verifier_server.doses.rules import DoseEntry, dose_entry, record_dose
from verifier_server.doses.tables import API, Dose
from verifier_server.sites.rules import all_sites
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from typing import Any

    from flask import Response
    from sqlalchemy.orm import Session

pages = part("doses", "Doses, and the sites that give them")
_Sites = Schema.from_dict({"items": fields.List(fields.Nested(SiteOut), required=True)}, name="Sites")


@operation(pages, "/sites", Scope.DOSES_READ)
@pages.response(200, _Sites)
def sites() -> dict[str, Any]:
    """List every site."""
    found = all_sites(reading())
    return {"items": [{name: getattr(one, name) for name in ("id", "name", "province", "open")} for one in found]}


@operation(pages, "/doses", Scope.DOSES_READ)
@pages.arguments(DosesQuery, location="query")
@pages.response(200, page_of(DoseOut))
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List doses, of one person or one site if that is asked for.

    A token of a site gets what was given there, or every dose of one person of that site.
    """
    limit, after, own = query["limit"], number_of(query["cursor"]), current_token().site_id
    wanted = select(Dose).order_by(Dose.id).limit(limit + 1)
    if query["person"] is not None:
        refuse_unreadable(query["person"])
        wanted = wanted.where(Dose.person_id == query["person"])
    elif own is not None:
        wanted = wanted.where(Dose.site_id == own)
    if query["site"] is not None:
        wanted = wanted.where(Dose.site_id == query["site"])
    if after is not None:
        wanted = wanted.where(Dose.id > after)
    rows = reading().scalars(wanted).all()
    return paged(rows, limit, [dose_told(dose) for dose in rows])


@operation(pages, "/people/<int:person_id>/doses", Scope.DOSES_WRITE, method="POST", faults=(409,))
@pages.arguments(DoseIn)
@pages.response(201, DoseOut)
def create(given: dict[str, Any], person_id: int) -> Response:
    """Record a dose; passes tell of it when its site has signed the day off."""
    entry, site = entry_of(given), site_for(given["site"])
    return once(lambda session: (201, dose_told(recorded(session, person_id, entry, site.id))))


def entry_of(given: dict[str, Any]) -> DoseEntry:
    """Return the checked dose of a body; raises FieldErrors with all that is wrong."""
    return dose_entry(
        number=str(given["number"]),
        vaccine=given["vaccine"],
        series=str(given["series"] or ""),
        given_on=given["given_on"],
        lot=given["lot"],
        vaccinator=given["vaccinator"],
        today=services().today(),
    )


def recorded(session: Session, person_id: int, entry: DoseEntry, site_id: int, *, source: str = API) -> Dose:
    """Record a dose in the name of this request's token; it waits for the site's sign-off, from a paper too."""
    by, now = current_token().account_id, services().now()
    dose = record_dose(session, living(session, person_id), entry, site_id=site_id, by=by, now=now, source=source)
    dose.signed_off_at = dose.signed_off_by = None
    return dose
