"""Messages to phones: committed with their cause, sent afterwards by the worker, and then without their text.

A page never waits for a telephone company. A message is claimed before it is sent, so that two workers never send it
both; what the gateway refuses is tried a few times. One whose worker is killed while sending is lost: the citizen asks
for another code. Left out: what the messages say.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from verifier_server.health_book.senders import SendFailed
from verifier_server.health_book.tables import OutgoingMessage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from verifier_server.health_book.senders import Sender
    from verifier_server.storage import Storage

MOST_TRIES = 4
_AT_ONCE = 50
_LOG = logging.getLogger(__name__)


def queue(session: Session, phone: str, text: str, *, now: int, until: int) -> None:
    """Queue a message in the caller's transaction; after ``until`` it is not sent any more."""
    session.add(OutgoingMessage(phone=phone, text=text, made_at=now, until=until))


def deliver(storage: Storage, sender: Sender, now: int) -> int:
    """Send what waits; returns how many were sent. Texts that nobody needs any more are removed."""
    with storage.writing() as session:
        over = update(OutgoingMessage).where(OutgoingMessage.until <= now, OutgoingMessage.text != "")
        session.execute(over.values(text=""))
    if sender.keeps:
        return 0
    return sum(_send(storage, sender, number, now) for number in _waiting(storage, now))


def waiting_to_be_read(session: Session, now: int) -> Sequence[OutgoingMessage]:
    """What the outbox page shows: the newest messages that still have a text."""
    shown = select(OutgoingMessage).where(OutgoingMessage.until > now, OutgoingMessage.text != "")
    return session.scalars(shown.order_by(OutgoingMessage.id.desc()).limit(_AT_ONCE)).all()


def _waiting(storage: Storage, now: int) -> list[int]:
    with storage.reading() as session:
        waits = select(OutgoingMessage.id).where(
            OutgoingMessage.sent_at.is_(None), OutgoingMessage.until > now, OutgoingMessage.tries < MOST_TRIES
        )
        return list(session.scalars(waits.order_by(OutgoingMessage.id).limit(_AT_ONCE)))


def _send(storage: Storage, sender: Sender, number: int, now: int) -> bool:
    with storage.writing() as session:
        one = select(OutgoingMessage).where(OutgoingMessage.id == number, OutgoingMessage.sent_at.is_(None))
        message = session.scalar(one.with_for_update(skip_locked=True))
        if message is None or message.tries >= MOST_TRIES:
            return False
        message.tries += 1
        # Taken for sent until the gateway says otherwise: no second worker sends it meanwhile.
        message.sent_at = now
        phone, text = message.phone, message.text
    try:
        sender.send(phone, text)
    except SendFailed as problem:
        _LOG.warning("a message was not sent: %s", problem.message)
        _note(storage, number, sent_at=None)
        return False
    _note(storage, number, text="")
    return True


def _note(storage: Storage, number: int, **values: object) -> None:
    with storage.writing() as session:
        session.execute(update(OutgoingMessage).where(OutgoingMessage.id == number).values(**values))
