"""Searches of FHIR: from parameters to rows, in pages, as Bundles of the type searchset.

A parameter that is not known here is refused and not passed over: a client that narrows a search must not be given
everybody. Source: HL7 FHIR R4B, Search. Left out: modifiers, chains, `_include`, totals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import request
from sqlalchemy import and_, exists, false, or_, select

from verifier_server.api.cursors import MOST, USUAL, cursor_of, number_of
from verifier_server.api.fhir.resources import base, paper_of_system, referred_to, row_number
from verifier_server.api.guard import current_token
from verifier_server.api.whose import readable_people, refuse_unreadable
from verifier_server.doses.tables import Dose
from verifier_server.errors import FieldError
from verifier_server.people.rules import checked_birth
from verifier_server.people.search import LONGEST_QUERY, named
from verifier_server.people.tables import Person, PersonIdentifier
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from sqlalchemy import ColumnElement, Select

PARAMETERS = {
    "Patient": {"_id": "token", "identifier": "token", "name": "string", "birthdate": "date"},
    "Immunization": {"_id": "token", "patient": "reference"},
}
"""What may be searched by, with the type of each."""

_OF_ANSWERS = {"_count", "_cursor", "_format", "_pretty"}


def people() -> list[Person]:
    """Return the people of a search, one more than the page when there are more.

    :raises FieldError: nobody is asked for, or a parameter is wrong.
    """
    given = _given("Patient")
    wanted = [Person.merged_into.is_(None), Person.erased_at.is_(None), *readable_people()]
    wanted += [_PATIENT[name](text) for name, text in given]
    if not given:
        raise FieldError("name", "Search by identifier, name, birthdate or _id.", code="empty")
    return _page(select(Person).where(*wanted), Person.id)


def doses() -> list[Dose]:
    """Return the doses of a search, likewise; of a site's token, those of the site, or of one patient of it.

    :raises FieldError: a parameter is wrong.
    """
    wanted = select(Dose)
    given, site = dict(_given("Immunization")), current_token().site_id
    if "patient" in given:
        person = row_number("patient", referred_to(given["patient"], "Patient"))
        refuse_unreadable(person)
        wanted = wanted.where(Dose.person_id == person)
    elif site is not None:
        wanted = wanted.where(Dose.site_id == site)
    if "_id" in given:
        wanted = wanted.where(Dose.id == row_number("_id", given["_id"]))
    return _page(wanted, Dose.id)


def bundle_of(rows: Sequence[Any], told: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """Return one page as a Bundle, with the address of the next one where there is one."""
    shown, more = rows[: count()], len(rows) > count()
    entries = [
        {"fullUrl": f"{base()}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in map(told, shown)
    ]
    links = [{"relation": "self", "url": _address(request.args.items(multi=True))}]
    if more:
        kept = [(name, text) for name, text in request.args.items(multi=True) if name != "_cursor"]
        links.append({"relation": "next", "url": _address([*kept, ("_cursor", cursor_of(shown[-1].id))])})
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return {**bundle, **({"entry": entries} if entries else {})}


def count() -> int:
    """Return how many resources a page has: what `_count` asks for, within the limit."""
    text = request.args.get("_count", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise FieldError("_count", "This is no number.", code="not_a_number")
    return min(max(int(text), 1), MOST)


def _address(parameters: Iterable[tuple[str, str]]) -> str:
    query = urlencode(list(parameters))
    return f"{request.base_url}?{query}" if query else request.base_url


def _given(kind: str) -> list[tuple[str, str]]:
    known = PARAMETERS[kind]
    given = [(name, text) for name, text in request.args.items(multi=True) if name not in _OF_ANSWERS]
    for name, text in given:
        if name not in known:
            said = f"{kind} is not searched by this here; known are {', '.join(known)}."
            raise FieldError("parameter", said, code="unknown_parameter")
        if not text or "\0" in text:
            raise FieldError(name, "Say what is looked for.", code="empty")
    return given


def _page(wanted: Select[Any], key: Any) -> list[Any]:
    after = number_of(request.args.get("_cursor"))
    if after is not None:
        wanted = wanted.where(key > after)
    return list(reading().scalars(wanted.order_by(key).limit(count() + 1)))


def _named(text: str) -> ColumnElement[bool]:
    if not 2 <= len(text.strip()) <= LONGEST_QUERY:
        raise FieldError("name", f"Search with 2 to {LONGEST_QUERY} letters.", code="empty")
    return and_(*(named(word) for word in text.split()))


def _identified(text: str) -> ColumnElement[bool]:
    system, has_system, number = text.rpartition("|")
    clean = number.strip().upper()
    paper = paper_of_system(system)
    if has_system and paper is None:
        return false()  # a system of somebody else: nobody here has such a number
    of_paper = [PersonIdentifier.person_id == Person.id, PersonIdentifier.number == clean]
    if paper is not None:
        kind, country = paper
        return exists().where(*of_paper, PersonIdentifier.kind == kind, PersonIdentifier.country == country)
    return or_(Person.id_number == clean, exists().where(*of_paper))


def _born(text: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Person.birth == checked_birth(text.removeprefix("eq"), services().today()).number
    return found


def _numbered(text: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = Person.id == row_number("_id", text)
    return found


_PATIENT: dict[str, Callable[[str], ColumnElement[bool]]] = {
    "_id": _numbered,
    "identifier": _identified,
    "name": _named,
    "birthdate": _born,
}
