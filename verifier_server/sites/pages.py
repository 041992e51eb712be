"""The administrators' page of vaccination sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, url_for

from verifier_server.errors import FieldError
from verifier_server.sites.rules import add_site, all_sites
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

pages = Blueprint("sites", __name__, url_prefix="/sites")


@pages.get("")
@needs(Permission.SITES_READ)
def index() -> str:
    """Show every site and the form for a new one."""
    return render_template("sites/index.html", sites=all_sites(reading()), values={}, errors={})


@pages.post("")
@needs(Permission.SITES_WRITE)
def create() -> tuple[str, int] | Response:
    """Enter a site, or show what is wrong."""
    try:
        with services().storage.writing() as session:
            add_site(session, request.form.get("site", ""), now=services().now(), by=current_account().id)
    except FieldError as problem:
        page = render_template(
            "sites/index.html", sites=all_sites(reading()), values=request.form, errors=errors_by_field(problem)
        )
        return page, 422
    return redirect(url_for("sites.index"))
