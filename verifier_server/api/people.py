"""People: search, get, and enter. Whom the register has already is not entered twice; a doubt is a clerk's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.api.cursors import number_of, paged
from verifier_server.api.guard import current_token
from verifier_server.api.parts import held, operation, part
from verifier_server.api.repeating import once
from verifier_server.api.schemas import PeopleQuery, PersonIn, PersonOut, page_of
from verifier_server.api.scopes import Scope
from verifier_server.api.telling import person_told
from verifier_server.api.whose import may_read, readable_people, refuse_unreadable
from verifier_server.errors import ServerError
from verifier_server.people.matching import Exact, Probable, meet
from verifier_server.people.rules import add_person, person_entry
from verifier_server.people.search import find_people
from verifier_server.people.standing import held as standing_people
from verifier_server.people.tables import Person
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from typing import Any

    from flask import Response
    from sqlalchemy.orm import Session

    from verifier_server.people.rules import PersonEntry

pages = part("people", "People of the register")
MOST_FOUND = 1000


@operation(pages, "/people", Scope.PEOPLE_READ)
@pages.arguments(PeopleQuery, location="query")
@pages.response(200, page_of(PersonOut))
def search(query: dict[str, Any]) -> dict[str, Any]:
    """Search people by name, with or without diacritics, ID number or phone; of 1000 found at most.

    A token of a site finds the people of that site.
    """
    after, limit = number_of(query["cursor"]), query["limit"]
    found = list(find_people(reading(), query["q"], limit=MOST_FOUND, where=readable_people()))
    begin = next((at + 1 for at, person in enumerate(found) if person.id == after), 0)
    rows = found[begin : begin + limit + 1]
    return paged(rows, limit, [person_told(person) for person in rows])


@operation(pages, "/people/<int:person_id>", Scope.PEOPLE_READ)
@pages.response(200, PersonOut)
def get(person_id: int) -> dict[str, Any]:
    """Get one person."""
    refuse_unreadable(person_id)
    return person_told(held(Person, person_id))


@operation(pages, "/people", Scope.PEOPLE_WRITE, method="POST", faults=(409,))
@pages.arguments(PersonIn)
@pages.response(201, PersonOut)
@pages.alt_response(200, schema=PersonOut, description="This person is in the register already.")
def create(given: dict[str, str]) -> Response:
    """Enter a person; 200 with the one who is there already, 409 with candidates when a clerk must decide."""
    entry = person_entry(
        name=given["name"],
        birth=given["birth"],
        sex=given["sex"],
        phone=given["phone"],
        id_number=given["id_number"],
        id_kind=given["id_kind"],
        id_country=given["id_country"],
        today=services().today(),
    )
    return once(lambda session: _entered(session, entry))


def _entered(session: Session, entry: PersonEntry) -> tuple[int, dict[str, Any]]:
    person, is_new = entered(session, entry)
    told = person_told(person)
    if not is_new and not may_read(person.id):
        # Somebody of another site: no more than was sent.
        papers = [paper for paper in told["papers"] if paper["number"] == entry.id_number]
        told |= {"phone": entry.phone, "papers": papers}
    return 201 if is_new else 200, told


def entered(session: Session, entry: PersonEntry) -> tuple[Person, bool]:
    """Return the person whom an entry means, and whether it was entered now.

    :raises ServerError: the register has somebody who may be this person; ``candidates`` says who and why, as far as
        the token may read them.
    """
    meeting = meet(session, [entry])[0]
    if isinstance(meeting, Exact):
        # Locked: what is answered and kept about somebody is not kept after an erasure at the same moment.
        return standing_people(session, meeting.person.id)[0], False
    if isinstance(meeting, Probable):
        candidates = [
            {"id": one.person.id, "score": one.score, "reasons": [reason.value for reason in one.reasons]}
            for one in meeting.candidates
            if may_read(one.person.id)
        ]
        raise ServerError(
            "The register has somebody who may be this person: a clerk must decide.",
            code="probable_match",
            candidates=candidates,
        )
    return add_person(session, entry, by=current_token().account_id, now=services().now()), True
