"""Correcting what the register says about a person; what it said before stays in the audit.

Every form carries the version that it was opened with. Whoever saves second is told, and sees what the
first one changed, instead of undoing it unawares. Left out: new passes, which a changed name needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaccine_pass.names import folded, plain
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError
from verifier_server.people.identifiers import holders, note_paper
from verifier_server.people.rules import details_of
from verifier_server.people.standing import held

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.people.rules import PersonEntry
    from verifier_server.people.tables import Person


def correct_person(
    session: Session,
    person_id: int,
    entry: PersonEntry,
    *,
    version: int,
    by: int | None,
    now: int,
    mistyped: bool = False,
) -> Person:
    """Make the register say what an entry says; the same again changes nothing.

    :param version: what the person's ``version`` was when the form was opened.
    :param mistyped: the number that is replaced was never this person's, and is not kept as a former one.
    :raises FieldError: somebody else corrected the person meanwhile (``stale_person``), the number is
        another person's (``id_number_taken``), or the person is not there any more.
    """
    [person] = held(session, person_id)
    if _says(person, entry):
        return person
    if person.version != version:
        raise FieldError(
            "version",
            "Somebody else has changed this person since the form was opened: look at what is there now, then save.",
            code="stale_person",
        )
    refuse_taken(session, entry, but=person.id)
    before = _all(person)
    _change(session, person, entry, mistyped=mistyped, by=by, now=now)
    session.flush()
    _note(session, person, before, by, now)
    return person


def refuse_taken(session: Session, entry: PersonEntry, *, but: int | None = None) -> None:
    """Refuse an entry whose number is or was another person's.

    :raises FieldError: ``id_number_taken``.
    """
    if entry.id_number and set(holders(session, [entry.id_number]).get(entry.id_number, [])) - {but}:
        raise FieldError(
            "id_number", "A person with this ID number is in the register already.", code="id_number_taken"
        )


def present_paper(person: Person) -> tuple[str, str, str] | None:
    """Return (kind, country, number) of the paper that a person has now."""
    papers = [one for one in person.identifiers if one.ended_at is None]
    return (papers[-1].kind, papers[-1].country, papers[-1].number) if papers else None


def _says(person: Person, entry: PersonEntry) -> bool:
    said = (person.name, person.birth, person.sex, person.phone, present_paper(person))
    same_unit = (person.unit_version, person.unit) == (entry.unit or (None, None))
    return same_unit and said == (entry.name, entry.birth.number, entry.sex, entry.phone, entry.paper)


def _change(session: Session, person: Person, entry: PersonEntry, *, mistyped: bool, by: int | None, now: int) -> None:
    if mistyped and present_paper(person) != entry.paper:
        for paper in [one for one in person.identifiers if one.ended_at is None]:
            person.identifiers.remove(paper)
            session.delete(paper)
    note_paper(person, entry, by=by, now=now)
    person.name, person.name_folded, person.name_plain = entry.name, folded(entry.name), plain(entry.name)
    person.birth, person.sex, person.phone = entry.birth.number, entry.sex, entry.phone
    person.unit_version, person.unit = entry.unit or (None, None)
    person.version += 1


def _all(person: Person) -> dict[str, object]:
    paper = present_paper(person)
    return {**details_of(person), "paper": list(paper) if paper else None}


def _note(session: Session, person: Person, before: dict[str, object], by: int | None, now: int) -> None:
    after = _all(person)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    details = {
        "version": person.version,
        "before": {name: before.get(name) for name in changed},
        "after": {name: after.get(name) for name in changed},
    }
    happening = Happening(Kind.PERSON_CORRECTED, "person", person.id, account=by, person=person.id, details=details)
    record(session, happening, at=now)
