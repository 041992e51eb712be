"""The administrators' page of vaccination sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from verifier_server.errors import FieldError
from verifier_server.sites.rules import add_site, all_sites, set_province
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.units.provinces import PROVINCES
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response

pages = Blueprint("sites", __name__, url_prefix="/sites")


@pages.get("")
@needs(Permission.SITES_READ)
def index() -> str:
    """Show every site and the form for a new one."""
    return _page({}, {})


@pages.post("")
@needs(Permission.SITES_WRITE)
def create() -> tuple[str, int] | Response:
    """Enter a site, or show what is wrong."""
    try:
        with services().storage.writing() as session:
            now, by = services().now(), current_account().id
            site = add_site(session, request.form.get("site", ""), now=now, by=by)
            if province := request.form.get("province", ""):
                set_province(session, site, province, now=now, by=by)
    except FieldError as problem:
        return _page(request.form, errors_by_field(problem)), 422
    return redirect(url_for("sites.index"))


def _page(values: Mapping[str, str], errors: dict[str, str]) -> str:
    provinces = PROVINCES[2021].items()
    return render_template(
        "sites/index.html", sites=all_sites(reading()), values=values, errors=errors, provinces=provinces
    )
