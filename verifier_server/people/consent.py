"""Consent: what a person said when asked. Nobody who was not asked has consented (Law 91/2025, FIELD).

Answers are kept, and the newest counts. Left out: what is done only with consent; being vaccinated and
getting the proof of it rests on the law, not on consent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError
from verifier_server.people.tables import PersonConsent

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ANSWERS = {"yes": True, "no": False}
WAYS = ("paper", "spoken", "online")


def checked_answer(text: str) -> bool:
    """Return what was answered.

    :raises FieldError: it is neither ``yes`` nor ``no``; no answer is no consent, and not noted.
    """
    if text not in ANSWERS:
        raise FieldError("consent", "Choose yes or no.", code="bad_consent")
    return ANSWERS[text]


def note_consent(
    session: Session, person_id: int, given: bool, *, how: str, by: int | None, now: int, token: str | None = None
) -> PersonConsent:
    """Note an answer; the same token again returns the one it made before.

    :raises FieldError: ``how`` is none of :data:`WAYS`.
    """
    if how not in WAYS:
        raise FieldError("how", "Say how the person answered: on paper, spoken or online.", code="bad_consent_way")
    if token and (known := session.scalar(select(PersonConsent).where(PersonConsent.token == token))):
        return known
    answer = PersonConsent(person_id=person_id, given=given, how=how, at=now, noted_by=by, token=token)
    session.add(answer)
    session.flush()
    details = {"given": given, "how": how}
    record(
        session,
        Happening(Kind.CONSENT_NOTED, "person", person_id, account=by, person=person_id, details=details),
        at=now,
    )
    return answer


def consent_of(session: Session, person_id: int) -> PersonConsent | None:
    """Return the newest answer, or None when nobody asked."""
    return session.scalar(
        select(PersonConsent).where(PersonConsent.person_id == person_id).order_by(PersonConsent.id.desc()).limit(1)
    )
