"""`/revocations`: what waits for a second person, a batch and how far it is, and a new one.

Who may do what is decided by the rules that the commands use; the account is the one that is
logged in. A page carries out a piece of a batch at a time, so that no request takes long; a batch
that is left half-way goes on from the page or from `checkpoint-server approve`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from verifier_server.approvals import drawing, form, reading, view, words
from verifier_server.errors import FieldError
from verifier_server.revocation.batches import Wish, approve, needs_second_person, propose, withdraw
from verifier_server.revocation.preview import preview
from verifier_server.revocation.selection import selection_of
from verifier_server.revocation.work import CHUNK, carry_on
from verifier_server.sites.rules import all_sites
from verifier_server.staff.accounts import all_accounts
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field
from verifier_server.web.services import end_reading, services
from verifier_server.web.services import reading as register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Response


pages = Blueprint("approvals", __name__, url_prefix="/revocations")

# One request changes at most so many chunks of passes: 10,000 in all, with their events about a second on SQLite.
PIECE = 20
MOST_NUMBER = 1 << 63

_Answer = str | tuple[str, int]


@pages.get("")
@needs(Permission.REVOCATIONS_READ)
def index() -> str:
    """Show what waits, what is half-way, and what was decided lately."""
    return render_template(
        "approvals/index.html",
        waiting=view.rows("waiting"),
        unfinished=view.rows("unfinished"),
        over=view.rows("over"),
        states=words.states(),
        kinds=words.kinds(),
    )


@pages.get("/new")
@needs(Permission.REVOCATIONS_PROPOSE)
def new() -> str:
    """Show the form of one kind of choice; what a link says is filled in."""
    return _form(request.args, {})


@pages.post("/preview")
@needs(Permission.REVOCATIONS_PROPOSE)
def look() -> _Answer:
    """Show what would change, before anybody decides it."""
    try:
        reason = form.reason_of(request.form)
        chosen = form.selection_in(register(), services().key_store, request.form)
    except FieldError as problem:
        return _form(request.form, errors_by_field(problem)), 422
    found = preview(register(), chosen, form.action_of(request.form), services().now())
    return render_template(
        "approvals/preview.html",
        reason=reason,
        sent={name: request.form.get(name, "") for name in form.FIELDS if request.form.get(name)},
        two=_needs_two(form.action_of(request.form), found.total.passes),
        limit=services().config.settings.two_person_limit,
        **view.about(form.action_of(request.form), chosen),
        **view.pictures(found),
    )


@pages.post("")
@needs(Permission.REVOCATIONS_PROPOSE)
def decide() -> Response | _Answer:
    """Store the batch; carry its beginning out when nobody else is needed."""
    action = form.action_of(request.form)
    try:
        chosen = form.selection_in(register(), services().key_store, request.form)
        wish = Wish(action, chosen, form.reason_of(request.form), current_account().email)
        end_reading()
        limit = services().config.settings.two_person_limit
        with services().storage.writing() as session:
            batch = propose(session, wish, limit=limit, now=services().now())
    except FieldError as problem:
        return _form(request.form, errors_by_field(problem)), 422
    if batch is None:
        flash(_("Không còn thẻ nào để thay đổi. Chưa có gì được lưu."), "problem")
        return redirect(url_for("approvals.index"))
    if batch.state == "unfinished":
        _carry_a_piece_out(batch.id)
    return redirect(url_for("approvals.show", number=batch.id))


@pages.get("/<int:number>")
@needs(Permission.REVOCATIONS_READ)
def show(number: int) -> str:
    """Show a batch: what it would change, or how far it is."""
    session = register()
    told = reading.batch_with(session, number) if number < MOST_NUMBER else None
    if told is None:
        abort(404)
    batch = told.batch
    waits = batch.state in {"waiting", "withdrawn"}
    pictures = view.pictures(reading.expected(session, batch, services().now())) if waits else view.shares(batch)
    return render_template(
        "approvals/show.html",
        told=told,
        batch=batch,
        states=words.states(),
        outcomes=words.outcomes(),
        own=batch.proposed_by == current_account().id,
        piece=PIECE * CHUNK,
        bar=drawing.bar,
        behind=view.list_command(batch),
        again=reading.reissuing(session, batch) if batch.action == "revoke" and not waits else None,
        **view.about(batch.action, selection_of(batch)),
        **pictures,
    )


@pages.post("/<int:number>/approve")
@needs(Permission.REVOCATIONS_APPROVE)
def second(number: int) -> Response:
    """Approve as the second person, and carry the beginning out."""
    by = current_account().email
    end_reading()
    with services().storage.writing() as session:
        batch = approve(session, _known(number), by=by, now=services().now())
    if batch.state == "unfinished":
        _carry_a_piece_out(number)
    return redirect(url_for("approvals.show", number=number))


@pages.post("/<int:number>/withdraw")
@needs(Permission.REVOCATIONS_APPROVE)
def take_back(number: int) -> Response:
    """Reject a proposal, or take one's own back; nothing was changed by it."""
    by = current_account().email
    end_reading()
    with services().storage.writing() as session:
        withdraw(session, _known(number), by=by, now=services().now())
    return redirect(url_for("approvals.show", number=number))


@pages.post("/<int:number>/go-on")
@needs(Permission.REVOCATIONS_APPROVE)
def go_on(number: int) -> Response:
    """Carry out the next piece of a batch that was decided."""
    end_reading()
    _carry_a_piece_out(_known(number))
    return redirect(url_for("approvals.show", number=number))


def _carry_a_piece_out(number: int) -> None:
    for _chunk in range(PIECE):
        if carry_on(services().storage, number, now=services().now()).finished_at is not None:
            return


def _known(number: int) -> int:
    if number >= MOST_NUMBER:
        abort(404)
    return number


def _needs_two(action: str, passes: int) -> bool:
    limit = services().config.settings.two_person_limit
    return needs_second_person(register(), action, passes, current_account(), limit=limit, now=services().now())


def _form(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    kind = values.get("kind", "")
    return render_template(
        "approvals/new.html",
        kind=kind if kind in {*form.KINDS, "batch"} else None,
        action=form.action_of(values),
        kinds=words.kinds(),
        values=values,
        errors=errors,
        sites=all_sites(register()) if kind == "site" else (),
        accounts=all_accounts(register()) if kind == "account" else (),
        signers=view.signers() if kind == "key" else (),
    )
