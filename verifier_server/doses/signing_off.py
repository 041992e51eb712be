"""The sign-off of a site's day: whoever leads the site says that the day's doses were given, and only then they count.

What was signed is what was shown: a dose that was recorded or corrected while the page was open waits for the next
look. A late dose opens its day again, for itself alone. Left out: the passes that follow
(:mod:`verifier_server.doses.work`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.doses.tables import Dose, SignOff
from verifier_server.errors import FieldError
from verifier_server.jobs.queue import enqueue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

JOB = "sign_off"

AT_ONCE = 200
"""How many doses one page shows, and one signature covers."""


class WaitingDay(NamedTuple):
    """A day of a site with doses that nobody has signed yet."""

    day: date
    doses: int


def waiting_days(session: Session, site_id: int) -> Sequence[WaitingDay]:
    """The days of a site that wait for its sign-off, the oldest first."""
    found = session.execute(
        select(Dose.given_on, func.count())
        .where(Dose.site_id == site_id, Dose.signed_off_at.is_(None))
        .group_by(Dose.given_on)
        .order_by(Dose.given_on)
    )
    return [WaitingDay(day, doses) for day, doses in found]


def waiting_doses(session: Session, site_id: int, day: date, *, limit: int | None = None) -> Sequence[Dose]:
    """The doses of a site's day that wait, in the order of their recording."""
    return session.scalars(_waiting(site_id, day).limit(limit)).all()


def sign_off(
    session: Session,
    site_id: int,
    day: date,
    *,
    by: int | None,
    now: int,
    seen: Mapping[int, int] | None = None,
    token: str | None = None,
) -> SignOff:
    """Sign waiting doses of a site's day; the same token again returns what it signed before.

    :param by: the account that signs; None: the command line.
    :param seen: the version of each dose that was looked at; None: everything that waits.
    :raises FieldError: nothing that was looked at waits as it was shown.
    """
    if token and (known := session.scalar(select(SignOff).where(SignOff.token == token))):
        return known
    waiting = session.scalars(_waiting(site_id, day).with_for_update()).all()
    chosen = [dose for dose in waiting if seen is None or seen.get(dose.id) == dose.version]
    if not chosen:
        raise FieldError("doses", "No dose that you chose waits as it was shown: look again.", code="nothing_to_sign")
    signed = SignOff(site_id=site_id, day=day, signed_at=now, signed_by=by, doses=len(chosen), token=token)
    session.add(signed)
    session.flush()
    for dose in chosen:
        dose.signed_off_at, dose.signed_off_by, dose.sign_off = now, by, signed.id
    session.flush()
    _note(session, signed, chosen, now)
    enqueue(session, JOB, {"sign_off": signed.id}, by=by, now=now)
    return signed


def sign_offs_of(session: Session, site_id: int, *, limit: int) -> Sequence[SignOff]:
    """The newest signatures of a site."""
    return session.scalars(
        select(SignOff).where(SignOff.site_id == site_id).order_by(SignOff.id.desc()).limit(limit)
    ).all()


def _waiting(site_id: int, day: date) -> Select[tuple[Dose]]:
    return (
        select(Dose)
        .where(Dose.site_id == site_id, Dose.given_on == day, Dose.signed_off_at.is_(None))
        .order_by(Dose.id)
    )


def _note(session: Session, signed: SignOff, doses: Sequence[Dose], now: int) -> None:
    place = {"account": signed.signed_by, "site": signed.site_id}
    day = Happening(
        Kind.DAY_SIGNED_OFF,
        "sign_off",
        signed.id,
        **place,
        details={"day": signed.day.isoformat(), "doses": len(doses)},
    )
    each = (
        Happening(
            Kind.DOSE_SIGNED_OFF,
            "dose",
            dose.id,
            **place,
            person=dose.person_id,
            details={"version": dose.version, "sign_off": signed.id},
        )
        for dose in doses
    )
    record(session, day, *each, at=now)
