"""One-time codes: asked for by phone, kept as keyed hashes, five tries, ten minutes, few for each phone.

A phone that nobody has is treated alike: a row, a code, no message. So neither the answer nor the table
says whose phone is in the register. Left out: sending (:mod:`.messages`) and the limit for each place (the pages).
"""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from verifier_server.health_book.messages import queue
from verifier_server.health_book.tables import CitizenCode
from verifier_server.people.family import people_of_phone

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from keys.secret import Secret

DIGITS = 6
LIFETIME = 10 * 60
MOST_TRIES = 5
# A longer period with a larger number: (seconds, codes). 50 guesses a day at a million codes.
LIMITS = ((15 * 60, 3), (86_400, 10))
_TEXT = "Ma dang nhap So suc khoe dien tu: {code}. Dung trong 10 phut. Khong dua ma nay cho bat ky ai."


class Codes:
    """The codes of one server.

    :param secret: the server's secret; with another one, no code that was sent is right.
    """

    def __init__(self, secret: Secret) -> None:
        self._key = hmac.digest(secret.unsafe_reveal(), b"citizens' codes", "sha256")

    def ask(self, session: Session, phone: str, now: int) -> None:
        """Make a code and queue its message, unless this phone has asked too often; nobody is told which.

        :param phone: in E.164.
        """
        who = self._hash("phone", phone)
        if any(_asked(session, who, now - period) >= most for period, most in LIMITS):
            return
        code, nonce = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_hex(16)
        session.add(
            CitizenCode(phone_hash=who, nonce=nonce, code_hash=self._hash("code", phone, nonce, code), made_at=now)
        )
        if people_of_phone(session, phone):
            queue(session, phone, _TEXT.format(code=code), now=now, until=now + LIFETIME)

    def is_right(self, session: Session, phone: str, code: str, now: int) -> bool:
        """Whether this is the newest code of the phone; the attempt counts, and a right one is used up."""
        newest = (
            select(CitizenCode)
            .where(CitizenCode.phone_hash == self._hash("phone", phone), CitizenCode.made_at > now - LIFETIME)
            .order_by(CitizenCode.id.desc())
            .limit(1)
            .with_for_update()
        )
        row = session.scalar(newest)
        if row is None or row.used_at is not None or row.tries >= MOST_TRIES:
            return False
        row.tries += 1
        digits = "".join(sign for sign in code if sign.isascii() and sign.isdigit())
        if not hmac.compare_digest(row.code_hash, self._hash("code", phone, row.nonce, digits)):
            return False
        row.used_at = now
        return True

    def withdraw(self, session: Session, phone: str, now: int) -> None:
        """Let no code be good that was sent to this phone until now."""
        sent = CitizenCode.phone_hash == self._hash("phone", phone)
        session.execute(update(CitizenCode).where(sent, CitizenCode.used_at.is_(None)).values(used_at=now))

    def _hash(self, *parts: str) -> str:
        return hmac.digest(self._key, "\0".join(parts).encode(), "sha256").hex()


def _asked(session: Session, who: str, since: int) -> int:
    asked = select(func.count()).where(CitizenCode.phone_hash == who, CitizenCode.made_at > since)
    return session.scalar(asked) or 0
