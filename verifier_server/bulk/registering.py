"""Entering rows into the register: the person is found or made, the dose is recorded once.

A dose that is there already, with the same product and day, is left as it is: a second run
changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select

from vaccine_pass.names import folded
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.bulk.rows import RowEntry, RowProblem
from verifier_server.doses.rules import dose_recorded, new_dose, refuse_contradiction, says_the_same
from verifier_server.doses.tables import BACK_ENTRY, Dose
from verifier_server.errors import FieldError
from verifier_server.people.identifiers import note_paper
from verifier_server.people.matching import Exact, Probable, meet, refusal_of
from verifier_server.people.rules import new_person, person_added
from verifier_server.people.tables import Person
from verifier_server.sites.rules import site_named

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from verifier_server.people.matching import Meeting
    from verifier_server.people.rules import PersonEntry


class Registrar:
    """Enters the rows of one transaction."""

    def __init__(self, session: Session, now: int) -> None:
        self._session = session
        self._now = now
        self._sites: dict[str, int] = {}
        self._new_people: list[Person] = []
        self._new_doses: list[Dose] = []
        self._completed: list[Happening] = []

    def enter(self, entries: list[RowEntry]) -> tuple[dict[int, tuple[Person, int | None]], list[RowProblem]]:
        """Enter rows of different people; returns person and site by row, and the refused rows."""
        people: dict[int, Person] = {}
        problems: list[RowProblem] = []
        meetings = meet(self._session, [entry.person for entry in entries])
        for entry, meeting in zip(entries, meetings, strict=True):
            try:
                people[entry.row] = self._person(entry.person, meeting)
            except FieldError as problem:
                problems.append(RowProblem(entry.row, problem.field, problem.message))
        self._session.flush()
        entered = self._enter_doses([entry for entry in entries if entry.row in people], people, problems)
        self._session.flush()
        self._record()
        return entered, problems

    def _record(self) -> None:
        record(
            self._session,
            *(person_added(person) for person in self._new_people),
            *self._completed,
            *(dose_recorded(dose) for dose in self._new_doses),
            at=self._now,
        )
        self._new_people, self._new_doses, self._completed = [], [], []

    def _person(self, entry: PersonEntry, meeting: Meeting) -> Person:
        if isinstance(meeting, Probable):
            raise refusal_of(entry, meeting)
        if isinstance(meeting, Exact):
            self._complete(meeting.person, entry)
            return meeting.person
        return self._new_person(entry)

    def _complete(self, person: Person, entry: PersonEntry) -> None:
        # What the register did not know yet is learned; what it knows is not overwritten.
        learned = {
            name: value
            for name, value in (("id_number", entry.id_number), ("phone", entry.phone))
            if value and not getattr(person, name)
        }
        if "id_number" in learned:
            note_paper(person, entry, by=None, now=self._now)
        if "phone" in learned:
            person.phone = entry.phone
        if learned:
            self._completed.append(
                Happening(Kind.PERSON_COMPLETED, "person", person.id, person=person.id, details=learned)
            )

    def _new_person(self, entry: PersonEntry) -> Person:
        person = new_person(entry, by=None, now=self._now)
        self._session.add(person)
        self._new_people.append(person)
        return person

    def _enter_doses(
        self, entries: list[RowEntry], people: dict[int, Person], problems: list[RowProblem]
    ) -> dict[int, tuple[Person, int | None]]:
        known = self._doses_of(people.values())
        entered: dict[int, tuple[Person, int | None]] = {}
        for entry in entries:
            person = people[entry.row]
            try:
                entered[entry.row] = person, self._enter_dose(entry, person, known[person.id])
            except FieldError as problem:
                problems.append(RowProblem(entry.row, problem.field, problem.message))
        return entered

    def _doses_of(self, people: Iterable[Person]) -> defaultdict[int, list[Dose]]:
        known: defaultdict[int, list[Dose]] = defaultdict(list)
        for dose in self._session.scalars(select(Dose).where(Dose.person_id.in_([one.id for one in people]))):
            known[dose.person_id].append(dose)
        return known

    def _enter_dose(self, entry: RowEntry, person: Person, doses: list[Dose]) -> int | None:
        site_id = self._site(entry.site)
        if entry.dose is None:
            return site_id
        same = next((dose for dose in doses if dose.number == entry.dose.number), None)
        if same is None or not says_the_same(same, entry.dose):
            refuse_contradiction(entry.dose, doses, person.birth)
            dose = new_dose(person.id, entry.dose, site_id=site_id, by=None, now=self._now, source=BACK_ENTRY)
            self._session.add(dose)
            self._new_doses.append(dose)
        return site_id

    def _site(self, name: str | None) -> int | None:
        if name is None:
            return None
        key = folded(name)
        if key not in self._sites:
            self._sites[key] = site_named(self._session, name, now=self._now).id
        return self._sites[key]
