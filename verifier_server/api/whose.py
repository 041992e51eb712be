"""Whom a token of a site may read: the people of that site, and nobody else.

Somebody is a site's when a dose of theirs was given there, a pass of theirs was issued there, or a token of the site
entered them. People come to any site, so that a dose may be recorded for everybody; after that they are the site's. A
token that is bound to no site reads everybody. What is not to be read is not found: whether there is such a number is
not told either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, or_, select

from verifier_server.api.guard import current_token
from verifier_server.api.tables import ApiToken
from verifier_server.doses.tables import Dose
from verifier_server.errors import ServerError
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.web.services import reading

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from verifier_server.revocation.tables import RevocationBatch


def _of(site: ColumnElement[int] | int) -> ColumnElement[bool]:
    return or_(
        exists().where(Dose.person_id == Person.id, Dose.site_id == site),
        exists().where(IssuedPass.person_id == Person.id, IssuedPass.site_id == site),
        Person.created_by.in_(select(ApiToken.account_id).where(ApiToken.site_id == site)),
    )


_ONE = select(Person.id).where(Person.id == bindparam("person"), _of(bindparam("site")))


def readable_people() -> list[ColumnElement[bool]]:
    """Return the conditions on `Person` that this request's token reads under; none for a token of no site."""
    site = current_token().site_id
    return [] if site is None else [_of(site)]


def may_read(person_id: int) -> bool:
    """Whether this request's token may read a person."""
    site = current_token().site_id
    return site is None or reading().scalar(_ONE, {"person": person_id, "site": site}) is not None


def refuse_unreadable(person_id: int) -> None:
    """Answer as if there were nobody, when the token may not read this person.

    :raises ServerError: ``not_found``.
    """
    if not may_read(person_id):
        raise ServerError("There is none with this number.", code="not_found")


def may_read_batch(batch: RevocationBatch) -> bool:
    """Whether a revocation is of this site: of the site itself, of a person of it, or of such a person's pass."""
    return may_read_choice(batch.kind, batch.chosen)


def may_read_choice(kind: str, chosen: str) -> bool:
    """The same for what somebody wants to revoke; ``chosen`` as a batch says it."""
    site = current_token().site_id
    if site is None:
        return True
    if kind == "site":
        return chosen == str(site)
    if kind == "person":
        return may_read(int(chosen))
    if kind != "pass":
        return False
    person = reading().scalar(select(IssuedPass.person_id).where(IssuedPass.serial == int(chosen)))
    return person is not None and may_read(person)
