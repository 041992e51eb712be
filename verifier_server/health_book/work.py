"""What the worker does for the health book: sends messages, reminds of passes that expire, and forgets."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from verifier_server.corrections.tables import CorrectionRequest
from verifier_server.health_book.messages import deliver
from verifier_server.health_book.reminders import remind
from verifier_server.health_book.senders import sender_of
from verifier_server.health_book.tables import CitizenCode, CitizenSession, OutgoingMessage, PassReminder
from verifier_server.jobs.kinds import duty
from verifier_server.retention.rules import Rule, register

if TYPE_CHECKING:
    from verifier_server.jobs.kinds import Work

_BEGINNING = date(2021, 1, 1)


@duty("messages", every=2)
def send_messages(work: Work) -> int:
    """Send what waits in the outbox."""
    return deliver(work.storage, sender_of(work.config), work.now())


@duty("reminders", every=3600)
def send_reminders(work: Work) -> int:
    """Tell the holders of passes that will expire."""
    return remind(work.storage, work.config.settings.reminder_days, work.now())


register(Rule("citizens' codes", CitizenCode, CitizenCode.made_at, ((_BEGINNING, 2),), "the limit counts one day"))
register(Rule("citizens' sessions", CitizenSession, CitizenSession.ends_at, ((_BEGINNING, 0),), "they are over"))
register(Rule("messages", OutgoingMessage, OutgoingMessage.until, ((_BEGINNING, 7),), "nobody needs them any more"))
register(Rule("reminders", PassReminder, PassReminder.told_at, ((_BEGINNING, 400),), "the passes have expired"))
register(
    Rule(
        "answered reports",
        CorrectionRequest,
        CorrectionRequest.answered_at,
        ((_BEGINNING, 365),),
        "the answer was read; what was corrected stands in the audit",
    )
)
