"""Erasing a person as the law asks: nobody can be found or recognised any more, and the chain stays whole.

Name, birth date, phone and papers go, in the record and in those merged into it; so do the details and
salts of the audit. Passes are revoked and their signed text is emptied: what stays of them is a serial on
the list that scanners refuse. Doses stay as numbers of a site and a day, without a person. Left out:
copies on backups, which operations.md is about, and the paper in somebody's hand.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from verifier_server.audit.erasing import erase_details
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import FieldError
from verifier_server.health_book.tables import CitizenSession, OutgoingMessage
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.pair_list import forget_pairs
from verifier_server.people.standing import held
from verifier_server.people.tables import Person, PersonConsent, PersonIdentifier, PersonMerge
from verifier_server.revocation.at_once import revoke_at_once

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    Eraser = Callable[[Session, int], None]

GROUNDS = ("request", "authority", "mistake")
"""Why a person is erased: asked for it, an authority ordered it, or was entered by mistake."""

ERASED_NAME = "–"
ERASED_BIRTH = 19_000_000
WHY = "person erased"

ELSEWHERE = (
    "verifier_server.corrections.erasing",
    "verifier_server.imports.deciding",
    "verifier_server.api.forgetting",
    "verifier_server.printing.forgetting",
)
"""The modules that erase what they hold with :func:`also_erases`; imported before anybody is erased, by whomever."""

_ERASERS: list[Eraser] = []


def also_erases(eraser: Eraser) -> Eraser:
    """Register what else holds values of a person: called with each person's number, in the transaction."""
    _ERASERS.append(eraser)
    return eraser


def erase_person(session: Session, person_id: int, *, ground: str, by: int, now: int) -> int:
    """Erase a person and the records merged into it; returns how many passes were revoked.

    A person who is erased already stays so, and 0 is returned.

    :raises FieldError: the ground is none of :data:`GROUNDS`, or there is no such person.
    """
    if ground not in GROUNDS:
        raise FieldError("ground", "Choose why this person is erased.", code="bad_ground")
    there = session.get(Person, person_id, populate_existing=True)
    if there is not None and there.erased_at is not None:
        return 0
    for module in ELSEWHERE:
        import_module(module)
    held(session, person_id)
    people = _with_merged(session, person_id)
    revoked = revoke_at_once(session, IssuedPass.person_id.in_(people), why=WHY, by=by, now=now)
    phones = set(session.scalars(select(Person.phone).where(Person.id.in_(people), Person.phone.is_not(None))))
    for one in people:
        _empty(session, one, now)
        for eraser in _ERASERS:
            eraser(session, one)
        erase_details(session, one, account=by, at=now)
    _forget_phones(session, phones)
    details = {"ground": ground, "records": len(people), "passes": revoked}
    record(session, Happening(Kind.PERSON_ERASED, "person", person_id, account=by, details=details), at=now)
    return revoked


def _with_merged(session: Session, person_id: int) -> list[int]:
    found = [person_id]
    for one in found:  # grows: a record may have been merged into one that was merged
        found += session.scalars(select(Person.id).where(Person.merged_into == one).with_for_update())
    return found


def _forget_phones(session: Session, phones: set[str]) -> None:
    """Remove what the health book holds by phone, where nobody is left who is reached at it."""
    others = set(session.scalars(select(Person.phone).where(Person.phone.in_(phones))))
    for table in (CitizenSession, OutgoingMessage):
        session.execute(delete(table).where(table.phone.in_(phones - others)))


def _empty(session: Session, person_id: int, now: int) -> None:
    session.execute(
        update(Person)
        .where(Person.id == person_id)
        .values(
            name=ERASED_NAME,
            name_folded="",
            name_plain="",
            birth=ERASED_BIRTH,
            sex="other",
            phone=None,
            id_number=None,
            unit=None,
            unit_version=None,
            token=None,
            erased_at=now,
            version=Person.version + 1,
        )
    )
    for table in (PersonIdentifier, PersonConsent):
        session.execute(delete(table).where(table.person_id == person_id))
    forget_pairs(session, person_id)
    of_merge = (PersonMerge.kept_id == person_id) | (PersonMerge.gone_id == person_id)
    session.execute(update(PersonMerge).where(of_merge).values(moved={}, reasons=[]))
    # The digest is over name and birth date, which can be tried out; so it goes with the text.
    session.execute(update(IssuedPass).where(IssuedPass.person_id == person_id).values(text="", state=""))
