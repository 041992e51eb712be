"""What a merge, or its undoing, leaves in the audit about each row that it changed.

Whoever holds the register against its events must know whose a dose and a pass are now. Each event is about the
person whose row it is, so that it is erased with that person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from verifier_server.people.tables import Person


def note_moves(
    session: Session, people: Iterable[Person], doses: Collection[int], passes: Collection[int], *, by: int, now: int
) -> None:
    """Record what both people, and the doses and passes that changed hands, are now."""
    session.flush()
    happenings = [_joined(person, by) for person in people]
    for dose in session.scalars(select(Dose).where(Dose.id.in_(doses)).order_by(Dose.id)):
        details = {"number": dose.number, "version": dose.version}
        happenings.append(Happening(Kind.DOSE_MOVED, "dose", dose.id, by, person=dose.person_id, details=details))
    moved = select(IssuedPass.id, IssuedPass.person_id).where(IssuedPass.id.in_(passes)).order_by(IssuedPass.id)
    for number, person in session.execute(moved):
        happenings.append(Happening(Kind.PASS_MOVED, "pass", number, by, person=person))
    record(session, *happenings, at=now)


def _joined(person: Person, by: int) -> Happening:
    details = {"id_number": person.id_number, "phone": person.phone, "merged_into": person.merged_into}
    return Happening(Kind.PERSON_JOINED, "person", person.id, by, person=person.id, details=details)
