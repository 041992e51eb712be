"""What is erased with a person: the text, the answer and the evidence of reports about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from verifier_server.corrections.tables import CorrectionRequest
from verifier_server.people.erasing import also_erases

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@also_erases
def erase_reports(session: Session, person_id: int) -> None:
    """Empty the reports of a person in the caller's transaction; that there were some stays."""
    theirs = update(CorrectionRequest).where(CorrectionRequest.person_id == person_id)
    session.execute(theirs.values(text="", answer=None, picture=None, has_picture=False))
