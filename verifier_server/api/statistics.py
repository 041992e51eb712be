"""Figures: how many people, doses by product, day, site and province, passes. A token of a site sees its own.

Counts only, nobody's data. Days are those of the injection.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from marshmallow import Schema, fields
from sqlalchemy import case, func, select

from verifier_server.api.guard import current_token
from verifier_server.api.parts import operation, part
from verifier_server.api.schemas import StatisticsQuery
from verifier_server.api.scopes import Scope
from verifier_server.doses.tables import BACK_ENTRY, Dose
from verifier_server.errors import FieldError
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.sites.tables import Site
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from datetime import date
    from typing import Any

    from sqlalchemy import ColumnElement

pages = part("statistics", "Figures")
DAYS = 30
MOST_DAYS = 366


class DoseFigure(Schema):
    """Doses of one product, on one day, at one site."""

    vaccine = fields.String(required=True)
    day = fields.String(required=True)
    site = fields.Integer(required=True, allow_none=True)
    province = fields.String(required=True, allow_none=True)
    doses = fields.Integer(required=True)


class PassFigure(Schema):
    """Passes that stand, of one form and status."""

    form = fields.String(required=True)
    status = fields.String(required=True)
    passes = fields.Integer(required=True)


class Figures(Schema):
    """All of it; ``people`` is null for a token of a site, because people belong to none."""

    since = fields.String(required=True)
    until = fields.String(required=True)
    people = fields.Integer(required=True, allow_none=True)
    doses = fields.List(fields.Nested(DoseFigure), required=True)
    doses_entered_late = fields.Integer(
        required=True, metadata={"description": "of these doses: told of by a paper, and entered afterwards"}
    )
    doses_waiting_for_sign_off = fields.Integer(required=True)
    passes = fields.List(fields.Nested(PassFigure), required=True)
    passes_revoked = fields.Integer(required=True)


@operation(pages, "/statistics", Scope.STATISTICS_READ)
@pages.arguments(StatisticsQuery, location="query")
@pages.response(200, Figures)
def get(query: dict[str, Any]) -> dict[str, Any]:
    """Get the figures of a period of injection days, the last thirty by default, at most 366."""
    until = query["until"] or services().today()
    since = query["since"] or until - timedelta(days=min(DAYS - 1, until.toordinal() - 1))
    if not 0 <= (until - since).days < MOST_DAYS:
        raise FieldError("since", f"A period has 1 to {MOST_DAYS} days.", code="bad_period")
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "people": _people() if current_token().site_id is None else None,
        "doses": _doses(since, until),
        "doses_entered_late": _entered_late(since, until),
        "doses_waiting_for_sign_off": _waiting(),
        **_passes(),
    }


def _own(column: Any) -> list[ColumnElement[bool]]:
    site = current_token().site_id
    return [] if site is None else [column == site]


def _waiting() -> int:
    waiting = select(func.count()).where(Dose.signed_off_at.is_(None), *_own(Dose.site_id))
    return reading().scalar(waiting) or 0


def _people() -> int:
    standing = select(func.count()).where(Person.merged_into.is_(None), Person.erased_at.is_(None))
    return reading().scalar(standing) or 0


def _doses(since: date, until: date) -> list[dict[str, Any]]:
    by = (Dose.vaccine, Dose.given_on, Dose.site_id, Site.province)
    rows = reading().execute(
        select(*by, func.count())
        .outerjoin(Site, Site.id == Dose.site_id)
        .where(Dose.given_on.between(since, until), *_own(Dose.site_id))
        .group_by(*by)
        .order_by(Dose.given_on, Dose.site_id, Dose.vaccine)
    )
    return [
        {"vaccine": vaccine, "day": day.isoformat(), "site": site, "province": province, "doses": doses}
        for vaccine, day, site, province, doses in rows
    ]


def _entered_late(since: date, until: date) -> int:
    late = (Dose.source == BACK_ENTRY, Dose.given_on.between(since, until))
    return reading().scalar(select(func.count()).where(*late, *_own(Dose.site_id))) or 0


def _passes() -> dict[str, Any]:
    stands = (IssuedPass.superseded_by.is_(None), IssuedPass.expires_at > services().now())
    by = (IssuedPass.form, IssuedPass.status)
    rows = reading().execute(
        select(*by, func.count())
        .where(IssuedPass.revoked_at.is_(None), *stands, *_own(IssuedPass.site_id))
        .group_by(*by)
        .order_by(*by)
    )
    revoked = reading().scalar(
        select(func.sum(case((IssuedPass.revoked_at.is_not(None), 1), else_=0))).where(*_own(IssuedPass.site_id))
    )
    return {
        "passes": [{"form": form, "status": status, "passes": passes} for form, status, passes in rows],
        "passes_revoked": int(revoked or 0),
    }
