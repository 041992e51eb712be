"""The command ``status``: signers and channel in one report, and what to do next by when.

Leaves out what is said of each (``report``, ``channel.status``); here it is gathered and
brought into one order.
"""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import dataclass
from typing import Any

from keys import coverage, report
from keys.answer import Answer, options_of
from keys.channel import documents, proposal
from keys.channel import status as channel_status
from keys.channel.place import Channel
from keys.channel.proposal import Proposal
from keys.channel.release import Release
from keys.channel.status import Due
from keys.commands import notes_of
from keys.errors import KeysError
from keys.lifecycle import Signers
from keys.receipts import Scanner
from keys.steps import SIGN_DAYS
from keys.store import KeyStore


@dataclass(frozen=True)
class _Found:
    """What lies in the two folders now."""

    signers: Signers | None
    notes: tuple[str, ...]
    channel: Channel
    release: Release | None
    proposed: Proposal | None
    options: str
    now: int
    scanners: tuple[Scanner, ...] = ()
    sign_days: int = SIGN_DAYS

    def of_channel(self) -> tuple[Release | None, Proposal | None, int, str, tuple[Due, ...]]:
        """What ``channel.status`` asks for."""
        return self.release, self.proposed, self.now, self.options, self._unpublished()

    def _unpublished(self) -> tuple[Due, ...]:
        """What is due when the key folder says something else than what is published or proposed."""
        if self.signers is None:
            return ()
        signers = documents.signers(self.signers)
        return channel_status.changed_signers(self.release, self.proposed, signers, self.now, self.options)


def status(arguments: Namespace, now: int) -> Answer:
    """Say what is signed by whom, what ends when, and what to do next by when."""
    found = _found(arguments, now)
    if arguments.json:
        return Answer((json.dumps(_document(found)),))
    return Answer(tuple(_lines(found)))


def _found(arguments: Namespace, now: int) -> _Found:
    store, channel = KeyStore(arguments.keys), Channel(arguments.channel)
    if not store.exists() and not channel.exists():
        store.signers()  # says to run init
    scanners, unread = _scanners(store, arguments)
    return _Found(
        signers=store.signers() if store.exists() else None,
        notes=(*unread, *notes_of(store, arguments)) if store.exists() else (),
        channel=channel,
        release=channel.releases.current() if channel.exists() else None,
        proposed=proposal.read(channel.proposal) if proposal.exists(channel.proposal) else None,
        options=options_of(arguments),
        now=now,
        scanners=scanners,
        sign_days=store.sign_days(),
    )


def _scanners(store: KeyStore, arguments: Namespace) -> tuple[tuple[Scanner, ...], tuple[str, ...]]:
    """The known scanners, or why they could not be read: the rest of the report does not need them."""
    try:
        return coverage.known_scanners(store, arguments.receipts), ()
    except KeysError as error:
        return (), (f"{error.message[0].upper()}{error.message[1:]}",)


def _document(found: _Found) -> dict[str, Any]:
    document = report.as_document(found.signers or (), found.now, found.notes, found.options, sign_days=found.sign_days)
    if found.signers is None:
        document |= {"next": []}
    return document | {
        "channel": channel_status.as_document(*found.of_channel()) if found.channel.exists() else None,
    }


def _lines(found: _Found) -> list[str]:
    lines = channel_status.heading(found.release, found.proposed)
    if found.signers is not None:
        lines += [*report.lines(found.signers, found.now, found.scanners), report.rhythm(found.sign_days), ""]
    lines.append("Trust channel")
    lines += [f"  {line}" if line else "" for line in _channel_lines(found)]
    lines += ["", "What to do next", *(f"  {sentence}" for sentence in _sentences(found))]
    return [*lines, *(["", "Notes", *(f"  {note}" for note in found.notes)] if found.notes else [])]


def _channel_lines(found: _Found) -> list[str]:
    if not found.channel.exists():
        return ["There is none yet: scanners believe nobody."]
    return channel_status.lines(found.release, found.proposed, found.now, found.channel.proposal)


def _sentences(found: _Found) -> list[str]:
    """What is to be done, the earliest first."""
    steps = [(max(it.by, found.now), channel_status.sentence(it, found.now)) for it in _channel_steps(found)]
    ours = report.next_steps(found.signers or (), found.now, found.options, sign_days=found.sign_days)
    # Publishing is the channel's own step.
    told = [step for step in ours if step.kind is not report.Kind.PUBLISH] if found.signers is not None else []
    steps += [(max(step.by, found.now), report.sentence(step, found.now)) for step in told]
    return [said for _, said in sorted(steps, key=lambda step: step[0])]


def _channel_steps(found: _Found) -> list[Due]:
    if found.channel.exists():
        return channel_status.next_steps(*found.of_channel())
    command = f"checkpoint-keys init{found.options} --holder PUBLIC.json (for each holder)"
    return [Due("make the trust channel, with its holders", command, found.now)]
