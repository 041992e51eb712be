"""Reports that something is wrong: made by a citizen, answered once by a clerk, and seen by both.

The answer changes nothing in the register by itself: a clerk corrects the person or the dose on their pages, where the
history is kept, and says here what was done. The audit holds that there was a report and an answer, never their text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, func, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.corrections.tables import CorrectionRequest
from verifier_server.errors import FieldError, ServerError, all_checked
from verifier_server.passes.tables import IssuedPass
from verifier_server.web.pictures import remade

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

ABOUT = ("name", "birth", "dose", "missing", "other")
OUTCOMES = ("corrected", "declined")
LONGEST = 2_000
MOST_OPEN = 5
"""So many reports of one person wait at the same time; nobody fills the queue alone."""


class Unanswered(NamedTuple):
    """How many reports wait for an answer, and since when the oldest does (Unix seconds; 0: none waits)."""

    reports: int
    since: int


def ask(
    session: Session, person_id: int, *, about: str, text: str, picture: bytes | None, token: str, now: int
) -> CorrectionRequest:
    """Note a report; the same token again returns the one it made before.

    :param picture: as it was sent; it is kept made anew.
    :raises FieldErrors: what was chosen, written or sent is wrong; ``too_many_reports``: five wait already.
    """
    if known := session.scalar(select(CorrectionRequest).where(CorrectionRequest.token == token)):
        return known
    clean = all_checked(
        about=lambda: _one_of("about", about, ABOUT),
        text=lambda: several_lines("text", text),
        picture=lambda: remade(picture) if picture else None,
    )
    if _open_of(session, person_id) >= MOST_OPEN:
        raise FieldError("text", "Five reports of this person wait for an answer already.", code="too_many_reports")
    row = CorrectionRequest(
        **clean, person_id=person_id, has_picture=clean["picture"] is not None, token=token, made_at=now
    )
    session.add(row)
    session.flush()
    details = {"about": row.about, "picture": row.has_picture, "by": "citizen"}
    asked = Happening(Kind.CORRECTION_REQUESTED, "correction_request", row.id, person=person_id, details=details)
    record(session, asked, at=now)
    return row


def answer(session: Session, number: int, *, outcome: str, text: str, by: int, now: int) -> CorrectionRequest:
    """Answer a report, once.

    :raises FieldErrors: no outcome or no answer; ServerError ``answered_already``: somebody else was faster.
    """
    clean = all_checked(
        outcome=lambda: _one_of("outcome", outcome, OUTCOMES), text=lambda: several_lines("answer", text)
    )
    row = session.get(CorrectionRequest, number, with_for_update=True)
    if row is None:
        raise ServerError("There is no report with this number.", code="unknown_report")
    if row.answered_at is not None:
        raise ServerError("This report was answered already.", code="answered_already")
    row.outcome, row.answer, row.answered_at, row.answered_by = str(clean["outcome"]), str(clean["text"]), now, by
    # The evidence has done its work: an ID card's picture is not kept longer than it is needed.
    row.picture, row.has_picture = None, False
    done = Happening(
        Kind.CORRECTION_ANSWERED,
        "correction_request",
        row.id,
        account=by,
        person=row.person_id,
        details={"outcome": row.outcome},
    )
    record(session, done, at=now)
    return row


def waiting(session: Session, limit: int = 200) -> Sequence[CorrectionRequest]:
    """The reports without an answer, the oldest first."""
    open_ones = select(CorrectionRequest).where(CorrectionRequest.answered_at.is_(None))
    return session.scalars(open_ones.order_by(CorrectionRequest.id).limit(limit)).all()


def unanswered(session: Session) -> Unanswered:
    """Count what waits, for those who answer and those who watch over them."""
    open_ones = select(func.count(), func.min(CorrectionRequest.made_at))
    reports, since = session.execute(open_ones.where(CorrectionRequest.answered_at.is_(None))).one()
    return Unanswered(reports, since or 0)


_OF_PERSON = (
    select(CorrectionRequest)
    .where(CorrectionRequest.person_id == bindparam("person"))
    .order_by(CorrectionRequest.id.desc())
)


def of_person(session: Session, person_id: int) -> Sequence[CorrectionRequest]:
    """The reports of a person, the newest first."""
    return session.scalars(_OF_PERSON, {"person": person_id}).all()


def picture_of(session: Session, number: int) -> bytes | None:
    """The evidence's picture, JPEG."""
    return session.scalar(select(CorrectionRequest.picture).where(CorrectionRequest.id == number))


def passes_reported(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    """Count the passes, of those that the conditions choose, whose person has a report that waits for an answer."""
    reported = select(CorrectionRequest.person_id).where(CorrectionRequest.answered_at.is_(None))
    chosen = select(func.count()).select_from(IssuedPass).where(*conditions, IssuedPass.person_id.in_(reported))
    return session.scalar(chosen) or 0


def several_lines(field: str, text: str) -> str:
    """Return a text of several lines, without what cannot be printed.

    :raises FieldError: ``empty`` or ``too_long``.
    """
    clean = "".join(sign for sign in (text or "").replace("\r\n", "\n") if sign == "\n" or sign.isprintable()).strip()
    if not clean:
        raise FieldError(field, "This is empty; it must be filled in.", code="empty")
    if len(clean) > LONGEST:
        raise FieldError(
            field,
            f"This has {len(clean)} characters; at most {LONGEST} are allowed.",
            code="too_long",
            characters=len(clean),
            longest=LONGEST,
        )
    return clean


def _open_of(session: Session, person_id: int) -> int:
    waits = select(func.count()).where(
        CorrectionRequest.person_id == person_id, CorrectionRequest.answered_at.is_(None)
    )
    return session.scalar(waits) or 0


def _one_of(field: str, value: str, known: Sequence[str]) -> str:
    if value not in known:
        raise FieldError(field, "Choose one of these.", code="not_chosen")
    return value
