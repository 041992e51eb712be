"""`/audit`: for auditors: how far the chain goes, what happened by person, account or site, and a button that verifies.

Numbers only: an auditor sees no person. A verification leaves an event, so that the next one sees when the last was.
"""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from keys import audit_heads
from keys.channel.documents import AUDIT_HEADS
from vaccine_pass.errors import CheckpointError
from verifier_server.audit.findings import Count
from verifier_server.audit.heads import printed_head
from verifier_server.audit.kinds import Kind
from verifier_server.audit.reading import PAGE, Wanted, events, last_verified, standing
from verifier_server.audit.recording import Happening, record
from verifier_server.audit.rows import verify_rows
from verifier_server.audit.verifying import verify
from verifier_server.audit.words import finding_said, kind_said
from verifier_server.channel.pages import channel_folder
from verifier_server.staff.guard import current_account, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import end_reading, reading, services

if TYPE_CHECKING:
    from keys.audit_heads import Head

pages = Blueprint("audit", __name__, url_prefix="/audit")

SHOWN = 20
# About half a minute of work; longer ones are for the command line.
MOST_LINKS = 2_000_000


@pages.get("")
@needs(Permission.AUDIT_READ)
def index() -> str:
    """Show how far the chain goes, and the newest events."""
    return _page()


@pages.post("/verify")
@needs(Permission.AUDIT_READ)
def check() -> str | tuple[str, int]:
    """Hold everything against everything, also against a printed head and the published one; say what differs."""
    end_reading()
    try:
        heads = [*_typed(), *_published()]
    except CheckpointError:
        return _page(wrong=_("Số mắt xích và 64 ký tự từ 0 đến f: xem có thiếu ký tự nào không.")), 422
    storage, count = services().storage, Count()
    found = chain(verify(storage, count, heads), verify_rows(storage, count))
    shown = list(islice(found, SHOWN))
    differences = len(shown) + sum(1 for _one in found)
    details = {"links": count.links, "differences": differences}
    done = Happening(Kind.AUDIT_VERIFIED, "audit_chain", 1, account=current_account().id, details=details)
    with storage.writing() as session:
        record(session, done, at=services().now())
    said = [(finding_said(one), one.detail) for one in shown]
    return _page(result={"count": count, "differences": differences, "said": said, "heads": len(heads)})


def _typed() -> list[tuple[str, Head]]:
    link, digits = request.form.get("link", "").strip(), request.form.get("hash", "").strip()
    return [("the printed head", printed_head(link, digits))] if link or digits else []


def _published() -> list[tuple[str, Head]]:
    try:
        published = channel_folder().published()
        data = published.release.target(AUDIT_HEADS) if published else None
    except CheckpointError:
        return []  # that the channel is damaged is a task of its own
    return [("the published head", one) for one in audit_heads.read(data, AUDIT_HEADS)] if data else []


def _page(result: object = None, wrong: str | None = None) -> str:
    wanted = Wanted(*(_number(name) for name in ("person", "account", "site", "before")))
    rows = events(reading(), wanted, PAGE + 1)
    stands = standing(reading())
    return render_template(
        "audit/index.html",
        standing=stands,
        too_long=stands is not None and stands.links > MOST_LINKS,
        last=last_verified(reading()),
        rows=rows[:PAGE],
        older=rows[PAGE - 1][0].id if len(rows) > PAGE else None,
        wanted=wanted,
        kind_said=kind_said,
        result=result,
        wrong=wrong,
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
