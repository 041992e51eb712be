"""Wrong attempts and the growing wait after them, for each account and each address, in the database.

All workers count together, because an attempt is counted before it is tried: of many at the same moment, only so many
are tried as are left. A right one takes its count back. Names and addresses are kept as keyed hashes: somebody types a
password into the wrong field. Left out: what an attempt is.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from verifier_server.staff.tables import LoginAttempts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from keys.secret import Secret
    from verifier_server.storage import Storage

FIRST_WAIT = 30
LONGEST_WAIT = 15 * 60
FORGOTTEN_AFTER = 86_400


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose attempts are counted.

    :ivar free: how many may be wrong before the first wait; a site's staff share one address.
    """

    key: str
    free: int


class Attempts:
    """The counters of one server.

    :param secret: the server's secret; with another one, every count begins anew.
    """

    def __init__(self, storage: Storage, secret: Secret) -> None:
        self._storage = storage
        self._key = hmac.digest(secret.unsafe_reveal(), b"log-in attempts", "sha256")

    def account(self, email: str) -> Subject:
        """An account's password, by the address that was typed."""
        return Subject("account:" + self._hash(email.strip().lower()), 5)

    def second_factor(self, account_id: int) -> Subject:
        """An account's second factor."""
        return Subject("second:" + self._hash(str(account_id)), 5)

    def address(self, address: str) -> Subject:
        """The address that a request comes from."""
        return Subject("address:" + self._hash(address), 20)

    def begin(self, subjects: Sequence[Subject], now: int) -> int:
        """Count an attempt in advance; returns 0, or how many seconds to wait, and then nothing was counted."""
        return self._storage.transaction(lambda session: _begin(session, subjects, now))

    def right(self, whole: Subject, once: Subject) -> None:
        """An attempt was right: forget ``whole``, and take this one attempt back from ``once``."""
        with self._storage.writing() as session:
            forget(session, whole)
            row = session.get(LoginAttempts, once.key, with_for_update=True)
            if row is not None:
                row.attempts = max(0, row.attempts - 1)
                row.free_at = row.last_at if row.attempts < once.free else row.free_at

    def _hash(self, text: str) -> str:
        return hmac.digest(self._key, text.encode(), "sha256").hex()[:32]


def wait_of(session: Session, subject: Subject, now: int) -> int:
    """How many seconds the subject still waits."""
    row = session.get(LoginAttempts, subject.key)
    return max(0, row.free_at - now) if row is not None else 0


def forget(session: Session, subject: Subject) -> None:
    """End a wait, and begin to count anew."""
    session.execute(delete(LoginAttempts).where(LoginAttempts.key == subject.key))


def _begin(session: Session, subjects: Sequence[Subject], now: int) -> int:
    session.execute(delete(LoginAttempts).where(LoginAttempts.last_at < now - FORGOTTEN_AFTER))
    rows = [_row(session, subject, now) for subject in sorted(subjects, key=lambda one: one.key)]
    wait = max(row.free_at - now for row in rows)
    if wait > 0:
        return wait
    free = {subject.key: subject.free for subject in subjects}
    for row in rows:
        row.attempts += 1
        row.last_at = now
        row.free_at = now + _wait_after(row.attempts - free[row.key])
    return 0


def _wait_after(too_many: int) -> int:
    """How long to wait when this attempt turns out wrong: nothing at first, then twice as long each time."""
    return 0 if too_many < 0 else min(LONGEST_WAIT, FIRST_WAIT << min(too_many, 10))


def _row(session: Session, subject: Subject, now: int) -> LoginAttempts:
    locked = select(LoginAttempts).where(LoginAttempts.key == subject.key).with_for_update()
    row = session.scalar(locked)
    if row is None:
        row = LoginAttempts(key=subject.key, attempts=0, last_at=now, free_at=now)
        session.add(row)
        session.flush()
    return row
