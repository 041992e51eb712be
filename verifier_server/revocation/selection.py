"""Which passes are meant: all of a key, one pass, one person's, a site's, an account's, or a batch's.

What a person typed is resolved once, into ids that stay; a batch keeps those. Left out: what is
done with the passes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from keys import lifecycle
from vaccine_pass.errors import CheckpointError
from vaccine_pass.names import folded
from verifier_server.errors import FieldError
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.revocation.tables import RevocationBatch
from verifier_server.sites.tables import Site
from verifier_server.staff.accounts import account_of, checked_email

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from keys.store import KeyStore

_KID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Period:
    """Issued from ``since`` on and before ``until`` (Unix seconds; None: no limit)."""

    since: int | None = None
    until: int | None = None

    def __post_init__(self) -> None:
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise FieldError("period", "The period ends before it begins.", code="bad_period")


WHENEVER = Period()


@dataclass(frozen=True, slots=True)
class Selection:
    """The passes that are meant.

    :ivar kind: ``key``, ``pass``, ``person``, ``site``, ``account`` or ``batch``.
    :ivar chosen: the key id in hexadecimal, or a number in decimal.
    """

    kind: str
    chosen: str
    period: Period = WHENEVER

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a row of the pass table must fulfil."""
        chosen = [_column(self.kind) == (self.chosen if self.kind == "key" else int(self.chosen))]
        if self.period.since is not None:
            chosen.append(IssuedPass.issued_at >= self.period.since)
        if self.period.until is not None:
            chosen.append(IssuedPass.issued_at < self.period.until)
        return chosen


def selection_of(batch: RevocationBatch) -> Selection:
    """Return what a stored batch is about."""
    return Selection(batch.kind, batch.chosen, Period(batch.since, batch.until))


def of_key(session: Session, store: KeyStore, text: str) -> Selection:
    """Choose all passes of a key, by its name or its key id; the key folder is needed for a name only.

    :raises FieldError: no such key.
    """
    wanted = text.strip()
    if _KID.fullmatch(wanted.lower()) and _any_pass(session, IssuedPass.kid == wanted.lower()):
        return Selection("key", wanted.lower())
    try:
        return Selection("key", lifecycle.find(store.signers(), wanted).kid.hex())
    except CheckpointError as problem:
        raise FieldError(
            "key", f"No pass is of the key {wanted!r:.60}: {problem.message}", code=problem.code
        ) from problem


def of_pass(session: Session, serial: int) -> Selection:
    """Choose one pass by its serial.

    :raises FieldError: no such pass.
    """
    if not _any_pass(session, IssuedPass.serial == serial):
        raise FieldError("pass", f"There is no pass with the serial {serial}.", code="unknown_pass")
    return Selection("pass", str(serial))


def of_person(session: Session, person_id: int) -> Selection:
    """Choose every pass of one person.

    :raises FieldError: no such person.
    """
    if session.get(Person, person_id) is None:
        raise FieldError("person", f"There is no person with the number {person_id}.", code="unknown_person")
    return Selection("person", str(person_id))


def of_site(session: Session, name: str, period: Period) -> Selection:
    """Choose what was issued at a site in a period.

    :raises FieldError: no such site.
    """
    found = session.scalar(select(Site.id).where(Site.name_folded == folded(" ".join(name.split()))))
    if found is None:
        raise FieldError("site", f"There is no site named {name!r:.140}.", code="unknown_site")
    return Selection("site", str(found), period)


def of_account(session: Session, email: str, period: Period) -> Selection:
    """Choose what one account has issued, in a period or ever.

    :raises FieldError: no such account.
    """
    account = account_of(session, checked_email(email))
    if account is None:
        raise FieldError("account", "There is no account with this address.", code="unknown_account")
    return Selection("account", str(account.id), period)


def of_batch(session: Session, number: int) -> Selection:
    """Choose what a batch has revoked and nobody has un-revoked since.

    :raises FieldError: no such batch of revocations.
    """
    batch = session.get(RevocationBatch, number)
    if batch is None or batch.action != "revoke":
        raise FieldError("batch", f"There is no batch of revocations with the number {number}.", code="unknown_batch")
    return Selection("batch", str(number))


def newest_pass(session: Session) -> int:
    """Return the number of the newest pass, 0 when there is none."""
    return session.scalar(select(func.max(IssuedPass.id))) or 0


def _any_pass(session: Session, condition: ColumnElement[bool]) -> bool:
    return session.scalar(select(IssuedPass.id).where(condition).limit(1)) is not None


def _column(kind: str) -> ColumnElement[Any]:
    columns: dict[str, Any] = {
        "key": IssuedPass.kid,
        "pass": IssuedPass.serial,
        "person": IssuedPass.person_id,
        "site": IssuedPass.site_id,
        "account": IssuedPass.issued_by,
        "batch": IssuedPass.revoked_batch,
    }
    found: ColumnElement[Any] = columns[kind]
    return found
