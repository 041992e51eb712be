"""Entering rows into the register: the person is found or made, the dose is recorded once.

A dose that is there already, with the same product and day, is left as it is: a second run
changes nothing. A rehearsal enters the rows into a scratch register that lies over the real one: both
are looked into, only the scratch is written. Left out: what a person of the real register would learn
from a row, which a rehearsal does not remember for the rows after it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
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
from verifier_server.people.matching import Exact, Nobody, Probable, meet
from verifier_server.people.rules import new_person, person_added
from verifier_server.people.tables import Person
from verifier_server.sites.rules import site_named
from verifier_server.sites.tables import Site

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from verifier_server.people.matching import Meeting
    from verifier_server.people.rules import PersonEntry


@dataclass(slots=True)
class Entered:
    """What became of a row that was entered.

    :ivar person_id: known after the flush at the latest.
    :ivar dose: the dose that was made; None when the row has none, or it was there already.
    :ivar learned: what the register did not know about the person until this row, by the names of its columns.
    """

    row: int
    person: Person
    site_id: int | None
    dose: Dose | None = None
    new_person: bool = False
    learned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row of which a clerk must say whom it means."""

    row: int
    entry: RowEntry
    meeting: Probable


Answer = Entered | Doubt | RowProblem


class Registrar:
    """Enters the rows of one transaction.

    :param by: the account that enters; None: the command line.
    :param beneath: a session on the real register, in a rehearsal.
    """

    def __init__(self, session: Session, now: int, *, by: int | None = None, beneath: Session | None = None) -> None:
        self._session = session
        self._now = now
        self._by = by
        self._beneath = beneath
        self._sites: dict[str, int | None] = {}
        self._new_people: list[Person] = []
        self._new_doses: list[Dose] = []
        self._completed: list[Happening] = []
        self.new_sites: set[str] = set()

    def enter(self, entries: list[RowEntry]) -> list[Answer]:
        """Enter rows of different people, and say of each in order what became of it."""
        meetings = self._meetings([entry.person for entry in entries])
        answers = [self._met(entry, meeting) for entry, meeting in zip(entries, meetings, strict=True)]
        self._session.flush()
        return self._with_doses(entries, answers)

    def enter_as(self, entry: RowEntry, person: Person | None) -> Entered:
        """Enter one row for the person whom a clerk chose, or for a new one.

        :raises FieldError: its dose contradicts what is recorded.
        """
        entered = self._entered(entry, person)
        self._session.flush()
        self._with_doses([entry], [entered], strict=True)
        return entered

    def _with_doses(self, entries: list[RowEntry], answers: list[Answer], *, strict: bool = False) -> list[Answer]:
        known = self._doses_of(one.person.id for one in answers if isinstance(one, Entered))
        for at, (entry, answer) in enumerate(zip(entries, answers, strict=True)):
            if isinstance(answer, Entered):
                try:
                    self._enter_dose(entry, answer, known[answer.person.id])
                except FieldError as problem:
                    if strict:
                        raise
                    answers[at] = RowProblem.of(entry.row, problem)
        self._session.flush()
        self._record()
        return answers

    def _meetings(self, people: list[PersonEntry]) -> list[Meeting]:
        if self._beneath is None:
            return meet(self._session, people)
        below, above = meet(self._beneath, people), meet(self._session, people)
        return [_together(*pair) for pair in zip(below, above, strict=True)]

    def _record(self) -> None:
        if self._beneath is None:
            record(
                self._session,
                *(person_added(person) for person in self._new_people),
                *self._completed,
                *(dose_recorded(dose) for dose in self._new_doses),
                at=self._now,
            )
        self._new_people, self._new_doses, self._completed = [], [], []

    def _met(self, entry: RowEntry, meeting: Meeting) -> Answer:
        if isinstance(meeting, Probable):
            return Doubt(entry.row, entry, meeting)
        return self._entered(entry, meeting.person if isinstance(meeting, Exact) else None)

    def _entered(self, entry: RowEntry, person: Person | None) -> Entered:
        if person is None:
            return Entered(entry.row, self._new_person(entry.person), None, new_person=True)
        return Entered(entry.row, person, None, learned=self._complete(person, entry.person))

    def _complete(self, person: Person, entry: PersonEntry) -> tuple[str, ...]:
        # What the register did not know yet is learned; what it knows is not overwritten.
        learned = {
            name: value
            for name, value in (("id_number", entry.id_number), ("phone", entry.phone))
            if value and not getattr(person, name)
        }
        if not learned or self._beneath is not None:
            return ()
        if "id_number" in learned:
            note_paper(person, entry, by=self._by, now=self._now)
        if "phone" in learned:
            person.phone = entry.phone
        # A form that was opened before shows less than is known now.
        person.version += 1
        happened = Happening(
            Kind.PERSON_COMPLETED, "person", person.id, account=self._by, person=person.id, details=learned
        )
        self._completed.append(happened)
        return tuple(learned)

    def _new_person(self, entry: PersonEntry) -> Person:
        person = new_person(entry, by=self._by, now=self._now)
        self._session.add(person)
        self._new_people.append(person)
        return person

    def _doses_of(self, people: Iterable[int]) -> defaultdict[int, list[Dose]]:
        known: defaultdict[int, list[Dose]] = defaultdict(list)
        numbers = list(people)
        for session in (self._session, self._beneath):
            if session is not None and numbers:
                for dose in session.scalars(select(Dose).where(Dose.person_id.in_(numbers))):
                    known[dose.person_id].append(dose)
        return known

    def _enter_dose(self, entry: RowEntry, entered: Entered, doses: list[Dose]) -> None:
        if entry.dose is not None:
            same = next((dose for dose in doses if dose.number == entry.dose.number), None)
            if same is not None and says_the_same(same, entry.dose):
                entered.site_id = self._site(entry.site)
                return
            refuse_contradiction(entry.dose, doses, entered.person.birth)
        entered.site_id = self._site(entry.site)
        if entry.dose is not None:
            dose = new_dose(
                entered.person.id, entry.dose, site_id=entered.site_id, by=self._by, now=self._now, source=BACK_ENTRY
            )
            self._session.add(dose)
            self._new_doses.append(dose)
            entered.dose = dose

    def _site(self, name: str | None) -> int | None:
        if name is None:
            return None
        key = folded(name)
        if key not in self._sites:
            self._sites[key] = self._found_site(name)
        return self._sites[key]

    def _found_site(self, name: str) -> int | None:
        if self._beneath is None:
            return site_named(self._session, name, now=self._now, by=self._by).id
        known = self._beneath.scalar(select(Site.id).where(Site.name_folded == folded(name)))
        if known is None:
            self.new_sites.add(name)
        return known


def _together(below: Meeting, above: Meeting) -> Meeting:
    """Join what the real register and the scratch over it say about one entry."""
    if isinstance(below, Exact) or isinstance(above, Nobody):
        return below
    if isinstance(below, Nobody):
        return above
    candidates = above.candidates if isinstance(above, Probable) else ()
    return Probable((*below.candidates, *candidates))
