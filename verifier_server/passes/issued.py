"""Reading issued passes back: those of a person, and what became of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


_CURRENT = (
    select(IssuedPass)
    .where(
        IssuedPass.person_id == bindparam("person"),
        IssuedPass.form == bindparam("form"),
        IssuedPass.superseded_by.is_(None),
        IssuedPass.revoked_at.is_(None),
        IssuedPass.expires_at > bindparam("now"),
    )
    .order_by(IssuedPass.id.desc())
    .limit(1)
)


def passes_of(session: Session, person_id: int) -> Sequence[IssuedPass]:
    """Every pass of a person, the newest first."""
    return session.scalars(
        select(IssuedPass).where(IssuedPass.person_id == person_id).order_by(IssuedPass.id.desc())
    ).all()


def current_pass(session: Session, person_id: int, form: str, now: int) -> IssuedPass | None:
    """Return the pass of this form that the person shows today, if there is one."""
    return session.scalar(_CURRENT, {"person": person_id, "form": form, "now": now})


def former_pass(session: Session, issued: IssuedPass, now: int) -> IssuedPass | None:
    """Return the pass that this one came in place of, when its date is not over; revoked or still good."""
    return session.scalar(
        select(IssuedPass)
        .where(
            IssuedPass.person_id == issued.person_id,
            IssuedPass.superseded_by == issued.id,
            IssuedPass.expires_at > now,
        )
        .order_by(IssuedPass.id.desc())
        .limit(1)
    )


def standing(issued: IssuedPass, now: int) -> str:
    """Return ``current``, ``superseded``, ``expired`` or ``revoked``."""
    if issued.revoked_at is not None:
        return "revoked"
    if issued.superseded_by is not None:
        return "superseded"
    return "current" if issued.expires_at > now else "expired"
