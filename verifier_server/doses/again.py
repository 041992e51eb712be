"""Who got no pass after a sign-off and why, and asking for these passes once more.

A cap that was reached is a new one the next day; a key that was missing is there. One press asks for everybody of the
sign-off: whoever has the pass of today's state gets no second one, and a second press finds nobody left to ask for.
Left out: issuing (:mod:`verifier_server.doses.work`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, case, delete, exists, func, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.doses.signing_off import JOB
from verifier_server.doses.tables import SignOff, SignOffRefusal
from verifier_server.errors import FieldError
from verifier_server.jobs.queue import enqueue
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


class Refused(NamedTuple):
    """Somebody without the pass of a sign-off; ``code`` is that of the error that said why."""

    person_id: int
    name: str
    birth: int
    form: str
    code: str


def refused_of(session: Session, signed: SignOff, *, limit: int) -> Sequence[Refused]:
    """Return who of a sign-off has got no pass since, by name."""
    rows = (
        select(Person.id, Person.name, Person.birth, SignOffRefusal.form, SignOffRefusal.code)
        .join(Person, Person.id == SignOffRefusal.person_id)
        .where(SignOffRefusal.sign_off == signed.id, *_still_without())
        .order_by(Person.name_plain, Person.id, SignOffRefusal.form)
        .limit(limit)
    )
    return [Refused(*row) for row in session.execute(rows)]


def refusals(session: Session, site: int) -> dict[int, int]:
    """Count the passes that are still missing, by the sign-off of a site.

    Of a sign-off before there were names to it, the number that was noted then.
    """
    still = and_(*_still_without())
    rows = (
        select(SignOff.id, SignOff.refused, func.count(SignOffRefusal.person_id), func.sum(case((still, 1), else_=0)))
        .outerjoin(SignOffRefusal, SignOffRefusal.sign_off == SignOff.id)
        .outerjoin(Person, Person.id == SignOffRefusal.person_id)
        .where(SignOff.site_id == site, SignOff.refused > 0)
        .group_by(SignOff.id, SignOff.refused)
    )
    return {number: missing if named else noted for number, noted, named, missing in session.execute(rows)}


def ask_again(session: Session, number: int, site: int, *, by: int, now: int) -> SignOff:
    """Ask for the passes of a sign-off once more; a second press changes nothing.

    :raises FieldError: this site has no such sign-off.
    """
    signed = session.get(SignOff, number, with_for_update=True, populate_existing=True)
    if signed is None or signed.site_id != site:
        raise FieldError("sign_off", "There is no such sign-off of this site.", code="unknown_sign_off")
    if signed.refused:
        left = signed.refused
        session.execute(delete(SignOffRefusal).where(SignOffRefusal.sign_off == signed.id))
        signed.last_person, signed.passes, signed.refused = 0, 0, 0
        session.flush()
        enqueue(session, JOB, {"sign_off": signed.id}, by=by, now=now)
        again = Happening(Kind.SIGN_OFF_AGAIN, "sign_off", signed.id, account=by, site=site, details={"refused": left})
        record(session, again, at=now)
    return signed


def _still_without() -> list[ColumnElement[bool]]:
    # Whoever got the pass by hand meanwhile, or is gone, is not missing.
    since = exists().where(
        IssuedPass.person_id == SignOffRefusal.person_id,
        IssuedPass.form == SignOffRefusal.form,
        IssuedPass.issued_at >= SignOffRefusal.refused_at,
        IssuedPass.revoked_at.is_(None),
    )
    return [~since, Person.merged_into.is_(None), Person.erased_at.is_(None)]
