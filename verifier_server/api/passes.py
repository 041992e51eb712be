"""Passes: issue through the one door, read, as JSON, PNG or SVG. Reading never signs anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response
from marshmallow import Schema, fields

from vaccine_pass.status import Status
from verifier_server.api.guard import current_token
from verifier_server.api.issuing import Wanted, issuing
from verifier_server.api.parts import held, living, operation, part
from verifier_server.api.repeating import key_hash, request_hash, said
from verifier_server.api.schemas import PassIn, PassOut
from verifier_server.api.scopes import Scope
from verifier_server.api.telling import pass_told
from verifier_server.api.whose import refuse_unreadable
from verifier_server.drawing import bulk_png, code_svg
from verifier_server.errors import NotIssuable
from verifier_server.passes.issue import PassRequest
from verifier_server.passes.issued import passes_of
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from typing import Any

pages = part("passes", "Passes")
_Passes = Schema.from_dict({"items": fields.List(fields.Nested(PassOut), required=True)}, name="Passes")
_PICTURE = {"type": "string", "format": "binary"}


@operation(pages, "/people/<int:person_id>/passes", Scope.PASSES_READ)
@pages.response(200, _Passes)
def index(person_id: int) -> dict[str, Any]:
    """List every pass of a person, the newest first."""
    refuse_unreadable(person_id)
    now = services().now()
    return {"items": [pass_told(one, now) for one in passes_of(reading(), held(Person, person_id).id)]}


@operation(pages, "/people/<int:person_id>/passes", Scope.PASSES_ISSUE, method="POST", faults=(409,))
@pages.arguments(PassIn)
@pages.response(201, PassOut)
@pages.alt_response(200, schema=PassOut, description="The pass that the person has says the same.")
def issue(given: dict[str, str], person_id: int) -> Response:
    """Issue the person's pass, unless there is one that says the same; what it says stands in the register."""
    refuse_unreadable(person_id)
    token = current_token()
    asked = PassRequest(person_id, given["form"], by=token.account_id, site_id=token.site_id)
    wanted = Wanted(token.id, key_hash(), request_hash(), asked)
    end_reading()
    try:
        told = issuing().ask(wanted)
    except NotIssuable as problem:
        if problem.code == "unknown_person":
            living(reading(), person_id)  # says which of the reasons it is
        raise
    return said(told.status, told.body, replayed=told.again)


@operation(pages, "/passes/<int:pass_id>", Scope.PASSES_READ)
@pages.response(200, PassOut)
def get(pass_id: int) -> dict[str, Any]:
    """Get one pass."""
    return pass_told(_readable(pass_id), services().now())


@operation(pages, "/passes/<int:pass_id>/code.png", Scope.PASSES_READ)
@pages.response(200, _PICTURE, content_type="image/png")
def png(pass_id: int) -> Response:
    """Get the code in its coloured frame as PNG."""
    return Response(bulk_png(**_drawn(_readable(pass_id))), mimetype="image/png")


@operation(pages, "/passes/<int:pass_id>/code.svg", Scope.PASSES_READ)
@pages.response(200, {"type": "string"}, content_type="image/svg+xml")
def svg(pass_id: int) -> Response:
    """Get the code in its coloured frame as SVG."""
    return Response(code_svg(**_drawn(_readable(pass_id))), mimetype="image/svg+xml")


def _readable(pass_id: int) -> IssuedPass:
    issued = held(IssuedPass, pass_id)
    refuse_unreadable(issued.person_id)
    return issued


def _drawn(issued: IssuedPass) -> dict[str, Any]:
    return {
        "text": issued.text,
        "status": Status(issued.status),
        "doses": issued.doses,
        "series": issued.series,
        "lang": "vi",
    }
