"""One document signer: its public data, its status and its times, to and from JSON.

Times are whole Unix seconds in memory and ISO 8601 in UTC in the file. Leaves
out the private half (``custody``) and which changes are allowed (``lifecycle``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from keys import place as places
from keys.errors import KeysError
from keys.place import Place

FORMS = ("domestic", "travel")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class KeyStatus(StrEnum):
    """Where a key stands in its life (DESIGN: life cycle)."""

    PENDING = "pending"  # published and trusted, does not sign yet
    ACTIVE = "active"  # signs
    RETIRED = "retired"  # signs no more, private half destroyed, still trusted
    REVOKED = "revoked"  # refused for ever


@dataclass(frozen=True)
class Event:
    """One line of a key's history: when, into which status, and why."""

    at: int
    status: KeyStatus
    note: str


@dataclass(frozen=True)
class SignerEntry:
    """A document signer as the state file knows it.

    ``sign_from`` to ``sign_until`` is when it may sign; ``accept_until`` is the
    last moment at which a pass of its may still be valid. ``published_at`` is
    when the trust list first carried it, or None. ``place`` is the token or the
    folder apart that holds its private half; None: an encrypted file in the key
    folder. ``spare``: made for the day on which another key is stolen, and in no
    turn. ``left_at``: when it left the trust list, since no pass of its can be
    valid any more.
    """

    kid: bytes
    name: str
    form: str
    status: KeyStatus
    key: Mapping[str, str]
    created_at: int
    published_at: int | None
    sign_from: int
    sign_until: int
    accept_until: int
    history: tuple[Event, ...] = ()
    place: Place | None = None
    spare: bool = False
    left_at: int | None = None

    @property
    def waits_as_spare(self) -> bool:
        """Whether it is a spare that nobody has needed yet."""
        return self.spare and self.status is KeyStatus.PENDING

    @property
    def ever_active(self) -> bool:
        """Whether it ever signed, or may have."""
        return any(event.status is KeyStatus.ACTIVE for event in self.history)

    def __str__(self) -> str:
        return f"{self.name} ({self.form}, {self.kid.hex()})"


def checked_form(form: str) -> str:
    """``domestic`` or ``travel``; KeysError for anything else."""
    if form not in FORMS:
        raise KeysError(f"there is no form {form!r:.40}; it is domestic or travel.", code="unknown_form")
    return form


def checked_name(name: str) -> str:
    """A key's name: 1 to 64 of letters, digits, dot, hyphen and underscore, as VN-2026-12."""
    if not _NAME.fullmatch(name):
        raise KeysError(
            f"{name!r:.80} is no name for a key; use letters, digits, '.', '-' and '_', as VN-2026-12.",
            code="bad_name",
        )
    return name


def iso(seconds: float) -> str:
    """Unix seconds as ISO 8601 in UTC, to the second: 2026-12-01T00:00:00Z."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(text: str) -> int:
    """The Unix seconds of an ISO 8601 time; without a zone it is UTC. ValueError when it is none."""
    time = datetime.fromisoformat(text)
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


def to_json(entry: SignerEntry) -> dict[str, Any]:
    """The entry as the state file holds it; ``from_json`` reads it back."""
    return {
        "kid": entry.kid.hex(),
        "name": entry.name,
        "form": entry.form,
        "status": entry.status.value,
        "key": dict(entry.key),
        "created_at": iso(entry.created_at),
        "published_at": None if entry.published_at is None else iso(entry.published_at),
        "sign_from": iso(entry.sign_from),
        "sign_until": iso(entry.sign_until),
        "accept_until": iso(entry.accept_until),
        "certificate": f"signers/{entry.kid.hex()}/certificate.pem",
        "history": [{"at": iso(e.at), "status": e.status.value, "note": e.note} for e in entry.history],
        **({} if entry.place is None else {"custody": places.to_json(entry.place)}),
        **({"spare": True} if entry.spare else {}),
        **({} if entry.left_at is None else {"left_at": iso(entry.left_at)}),
    }


def from_json(item: Mapping[str, Any]) -> SignerEntry:
    """An entry of the state file; KeyError, TypeError or ValueError when it is damaged."""
    published, left = item["published_at"], item.get("left_at")
    return SignerEntry(
        kid=_kid(item["kid"]),
        name=checked_name(item["name"]),
        form=checked_form(item["form"]),
        status=KeyStatus(item["status"]),
        key={str(member): str(value) for member, value in item["key"].items()},
        created_at=seconds(item["created_at"]),
        published_at=None if published is None else seconds(published),
        sign_from=seconds(item["sign_from"]),
        sign_until=seconds(item["sign_until"]),
        accept_until=seconds(item["accept_until"]),
        history=tuple(_event(line) for line in item["history"]),
        place=places.from_json(item.get("custody")),
        spare=item.get("spare") is True,  # no member: a state file from before there were spares
        left_at=None if left is None else seconds(left),
    )


def _kid(text: str) -> bytes:
    kid = bytes.fromhex(text)
    if len(kid) != 8:
        raise ValueError("a key id has 8 bytes")
    return kid


def _event(line: Mapping[str, Any]) -> Event:
    return Event(seconds(line["at"]), KeyStatus(line["status"]), str(line["note"]))
