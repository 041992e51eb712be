"""The administrators' page of scanners: how old their data is, who waits for which key, posts and codes.

A code is shown once, on the page that answers its form: only its hash is kept. A form that comes again, as
when that page is loaded again, makes no second one. Left out: what scanners themselves send (`api`).
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from keys import receipts
from keys.entry import KeyStatus
from verifier_server.drawing import text_svg
from verifier_server.errors import FieldError
from verifier_server.scanners import words
from verifier_server.scanners.ages import Aged, Standing, aged, by_day, counts
from verifier_server.scanners.drawing import drawn, shape, share_bar
from verifier_server.scanners.enrolling import cancel, make_code, open_codes
from verifier_server.scanners.listing import in_use, known, take_back, withdraw, withdrawn
from verifier_server.scanners.tables import EnrolmentCode
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.forms import errors_by_field, new_token, token_of
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from werkzeug.wrappers import Response

    from keys.entry import SignerEntry
    from verifier_server.scanners.tables import Scanner

pages = Blueprint("scanners", __name__, url_prefix="/scanners")

ON_ONE_PAGE = 20
_USED = "enrolment_forms"
_MOST_USED = 10


@pages.get("")
@needs(Permission.SCANNERS_READ)
def index() -> str:
    """Show the scanners in use, the worst first, and what is to be known of all of them."""
    return _page({"token": new_token()}, {})


@pages.post("")
@needs(Permission.SCANNERS_WRITE)
def create() -> str | Response | tuple[str, int]:
    """Make a code for one device of a post, and show it this once."""
    token, used = token_of(request.form), session.get(_USED, [])
    if token in used:
        return redirect(url_for("scanners.index"))
    try:
        with services().storage.writing() as transaction:
            code, enrolment = make_code(
                transaction,
                post=request.form.get("post", ""),
                server=services().config.settings.public_address or request.url_root,
                now=services().now(),
                by=current_account().id,
            )
    except FieldError as problem:
        return _page(request.form, errors_by_field(problem)), 422
    session[_USED] = [*used, token][-_MOST_USED:]
    text = enrolment.text()
    drawing = Markup(text_svg(text, title=_("Mã ghi danh của %(post)s", post=enrolment.post)))  # noqa: S704  our own
    return render_template("scanners/code.html", code=code, text=text, drawing=drawing)


@pages.post("/<device>/withdraw")
@needs(Permission.SCANNERS_WRITE)
def stop(device: str) -> Response:
    """Count on a scanner no longer."""
    with services().storage.writing() as transaction:
        scanner = withdraw(transaction, device, services().now())
    flash(_("%(post)s: đã ngừng dùng máy quét. Nếu nhầm, có thể dùng lại ở cuối trang.", post=scanner.post), "done")
    return redirect(url_for("scanners.index"))


@pages.post("/<device>/take-back")
@needs(Permission.SCANNERS_WRITE)
def restore(device: str) -> Response:
    """Count on a withdrawn scanner again."""
    with services().storage.writing() as transaction:
        scanner = take_back(transaction, device)
    flash(_("%(post)s: dùng lại máy quét.", post=scanner.post), "done")
    return redirect(url_for("scanners.index"))


@pages.post("/codes/<int:code_id>/cancel")
@needs(Permission.SCANNERS_WRITE)
def cancel_code(code_id: int) -> Response:
    """Let a code that nobody has used yet work no longer."""
    with services().storage.writing() as transaction:
        code = transaction.get(EnrolmentCode, code_id) if code_id < 1 << 63 else None
        if code is None:
            abort(404)
        cancel(code, services().now())
    return redirect(url_for("scanners.index"))


def _page(values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    now, register = services().now(), reading()
    scanners = in_use(register)
    everyone = aged(scanners, now)
    wanted = request.args.get("post", "").strip()[:40]
    found = [it for it in everyone if it.scanner.post.casefold().startswith(wanted.casefold())]
    shown, page, pages_in_all = _on_page(found, request.args.get("page", ""))
    return render_template(
        "scanners/index.html",
        values=values,
        errors=errors,
        everyone=everyone,
        found=found,
        shown=shown,
        page=page,
        pages_in_all=pages_in_all,
        wanted=wanted,
        numbers=counts(everyone),
        chart=_chart(everyone),
        pending=_pending(scanners),
        codes=open_codes(register, now),
        gone=withdrawn(register, ON_ONE_PAGE),
        said=words,
        shape=shape,
        share_bar=share_bar,
        Standing=Standing,
    )


def _on_page(found: Sequence[Aged], asked: str) -> tuple[Sequence[Aged], int, int]:
    last = max(1, ceil(len(found) / ON_ONE_PAGE))
    page = min(int(asked), last) if asked.isascii() and asked.isdigit() and int(asked[:9]) > 0 else 1
    return found[(page - 1) * ON_ONE_PAGE : page * ON_ONE_PAGE], page, last


def _chart(everyone: Sequence[Aged]) -> Markup:
    numbers = counts(everyone)
    return drawn(
        by_day(everyone),
        words.above(numbers),
        title=_("Số máy quét theo tuổi của danh sách khóa, tính bằng ngày"),
        told=words.told(numbers),
        today=_("hôm nay"),
    )


def _pending(scanners: Sequence[Scanner]) -> list[tuple[SignerEntry, receipts.Coverage]]:
    """Every published key that scanners have to know before it signs, with how many do."""
    store, them = services().key_store, known(scanners)
    signers = store.signers() if store.exists() else ()
    waiting = [entry for entry in signers if entry.status is KeyStatus.PENDING and entry.published_at is not None]
    return [(entry, receipts.coverage(entry.kid, them)) for entry in waiting]
