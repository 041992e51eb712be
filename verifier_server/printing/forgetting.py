"""What ends when a person is erased: every run of printing whose files name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from verifier_server.passes.tables import IssuedPass
from verifier_server.people.erasing import also_erases
from verifier_server.printing.tables import OVER, PrintPlace, PrintRun

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@also_erases
def end_runs_with(session: Session, person_id: int) -> None:
    """End the runs with a paper of this person in the caller's transaction; a worker removes the files soon."""
    theirs = (
        select(PrintPlace.run_id)
        .join(IssuedPass, IssuedPass.id == PrintPlace.pass_id)
        .where(IssuedPass.person_id == person_id)
    )
    runs = list(session.scalars(theirs.distinct()))
    session.execute(update(PrintRun).where(PrintRun.id.in_(runs)).values(state=OVER))
    session.execute(delete(PrintPlace).where(PrintPlace.run_id.in_(runs)))
