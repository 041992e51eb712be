"""What becomes of a person's passes when a dose that counted was corrected or struck.

A pass that says more than the register now does is revoked here, in the same transaction; the job that is asked for
issues what the person is entitled to now (:mod:`verifier_server.doses.work`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from vaccine_pass.status import Status
from verifier_server.doses.rules import doses_of
from verifier_server.doses.state import NO_DOSE, DoseState
from verifier_server.errors import NotIssuable
from verifier_server.jobs.queue import enqueue
from verifier_server.passes.claims import FORMS, state_for
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation.at_once import revoke_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from verifier_server.doses.tables import Dose

WHY = "dose"
JOB = "dose_change"
_RANK = (Status.NONE, Status.PARTIAL, Status.COMPLETE)


def passes_follow(
    session: Session, person: int, *, since: int | None, by: int | None, site: int | None, now: int
) -> None:
    """Revoke what is not so any more, and ask for the passes that take its place.

    :param since: every pass issued since then counted a dose that is gone; None: no dose is gone.
    """
    valid = (IssuedPass.person_id == person, IssuedPass.revoked_at.is_(None), IssuedPass.expires_at > now)
    current = select(IssuedPass.form).where(*valid, IssuedPass.superseded_by.is_(None)).distinct()
    forms = sorted({"domestic", *session.scalars(current)})
    counted = [dose for dose in doses_of(session, person) if dose.counts]
    for form in FORMS:
        state = _state(form, counted)
        better = _RANK[_RANK.index(state.status) + 1 :]
        wrong = [IssuedPass.doses > state.doses, IssuedPass.status.in_([one.value for one in better])]
        if since is not None:
            wrong.append(IssuedPass.issued_at >= since)
        revoke_at_once(session, *valid, IssuedPass.form == form, or_(*wrong), why=WHY, by=by, now=now, site=site)
    enqueue(session, JOB, {"person": person, "forms": forms, "site": site}, by=by, now=now)


def _state(form: str, counted: Sequence[Dose]) -> DoseState:
    try:
        return state_for(form, counted)
    except NotIssuable:
        return NO_DOSE
