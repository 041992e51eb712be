"""What the door to the signer reads of the register and appends to it: statements made once, plain rows.

Issuing one pass is the API's dearest operation, and most of its time went into building statements and mapped objects
anew for each. A person is locked while read, so that the second of two who ask at once finds the pass of the first.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass, SignerLog
from verifier_server.people.tables import Person

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_PERSON, _DOSE, _PASS, _LOG = (table.__table__.c for table in (Person, Dose, IssuedPass, SignerLog))
_WHO = bindparam("people", expanding=True)

# Locked in one order, so that two who ask for the same people wait and do not block each other.
_PEOPLE = (
    select(_PERSON.id, _PERSON.name, _PERSON.birth, _PERSON.merged_into, _PERSON.erased_at)
    .where(_PERSON.id.in_(_WHO))
    .order_by(_PERSON.id)
    .with_for_update()
)
_DOSES = select(_DOSE.person_id, _DOSE.number, _DOSE.vaccine, _DOSE.series, _DOSE.given_on).where(
    _DOSE.person_id.in_(_WHO), _DOSE.signed_off_at.is_not(None)
)
_PASSES = select(_PASS.id, _PASS.person_id, _PASS.form, _PASS.state, _PASS.issued_at, _PASS.expires_at).where(
    _PASS.person_id.in_(_WHO), _PASS.superseded_by.is_(None), _PASS.revoked_at.is_(None)
)
_NEW_PASS = insert(IssuedPass.__table__).returning(_PASS.id, sort_by_parameter_order=True)
_NEW_LINE = insert(SignerLog.__table__)


@dataclass(frozen=True, slots=True)
class Register:
    """What the register holds about some people: themselves, their doses that count, their passes in use."""

    people: dict[int, Row[Any]]
    doses: dict[int, list[Row[Any]]]
    passes: dict[tuple[int, str], list[Row[Any]]]


@dataclass(frozen=True, slots=True)
class Signed:
    """A pass that was signed: the values of its row, and what the signature is over."""

    values: Mapping[str, Any]
    payload: bytes


def read_register(session: Session, people: set[int]) -> Register:
    """Read and lock some people in the caller's transaction."""
    session.flush()  # what the caller has changed is seen
    who, connection = {"people": sorted(people)}, session.connection()
    register = Register({}, defaultdict(list), defaultdict(list))
    for person in connection.execute(_PEOPLE, who):
        register.people[person.id] = person
    for dose in connection.execute(_DOSES, who):
        register.doses[dose.person_id].append(dose)
    for issued in connection.execute(_PASSES, who):
        register.passes[issued.person_id, issued.form].append(issued)
    return register


def append(session: Session, signed: Sequence[Signed]) -> list[IssuedPass]:
    """Write the rows of passes and the lines of the signer's log; returns the passes in the order given."""
    if not signed:
        return []
    connection = session.connection()
    numbers = connection.scalars(_NEW_PASS, [one.values for one in signed]).all()
    connection.execute(_NEW_LINE, [_line(one) for one in signed])
    return [IssuedPass(id=number, **one.values) for number, one in zip(numbers, signed, strict=True)]


def supersede(session: Session, issued: Sequence[IssuedPass], register: Register) -> None:
    """Note on a person's former passes of the same form which one came in their place."""
    for one in issued:
        former = [row.id for row in register.passes[one.person_id, one.form]]
        if former:
            session.execute(update(IssuedPass).where(IssuedPass.id.in_(former)).values(superseded_by=one.id))


def _line(one: Signed) -> dict[str, Any]:
    return {
        "serial": one.values["serial"],
        "payload_sha256": hashlib.sha256(one.payload).hexdigest(),
        "kid": one.values["kid"],
        "signed_at": one.values["issued_at"],
    }
