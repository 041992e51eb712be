"""Passes for other systems: who asks at one moment shares one transaction, each with its own key and answer.

The keys are looked up, the passes go through the one door, and the answers are kept for a retry, all committed
together; who is refused leaves no key. Whoever meets a key that another worker takes at this moment (on PostgreSQL) is
undone with the group, and asked for again alone. Left out: the key of all other operations
(:mod:`verifier_server.api.repeating`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import current_app
from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from vaccine_pass.errors import CheckpointError
from verifier_server.api.repeating import answer_before
from verifier_server.api.tables import ApiAnswer
from verifier_server.api.telling import pass_told
from verifier_server.errors import ServerError
from verifier_server.passes.issue import issue_passes
from verifier_server.passes.together import Together

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from sqlalchemy import Connection
    from sqlalchemy.orm import Session

    from verifier_server.passes.desk import IssuingDesk
    from verifier_server.passes.issue import PassRequest
    from verifier_server.passes.serials import SerialNumber
    from verifier_server.storage import Storage
    from verifier_server.web.services import Services

_NAME = "checkpoint-issuing"
_ROW = ApiAnswer.__table__.c
_KNOWN = select(
    _ROW.id, _ROW.key_hash, _ROW.request_hash, _ROW.begun_at, _ROW.status, _ROW.body
).where(_ROW.token_id == bindparam("token"), _ROW.key_hash.in_(bindparam("keys", expanding=True)))  # fmt: skip
_NEW, _AWAY = insert(ApiAnswer.__table__), delete(ApiAnswer.__table__).where(_ROW.id == bindparam("number"))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One request: whose, under which key, what it says, and the pass that it asks for."""

    token: int
    key_hash: str
    request_hash: str
    request: PassRequest


class Told(NamedTuple):
    """The status and body of an answer, and whether it was given before."""

    status: int
    body: str
    again: bool = False


class Issuing:
    """Answers requests of one token, as many as may share a transaction."""

    def __init__(self, storage: Storage, desk: IssuingDesk, now: Callable[[], int]) -> None:
        self._storage, self._desk, self._now = storage, desk, now

    def __call__(self, asked: Sequence[Wanted]) -> list[Told | Exception]:
        """Answer those from the beginning that belong together."""
        group = _together(asked)
        try:
            return self._answered(group)
        except IntegrityError:
            # Another worker had the key or the person at this moment: what it wrote is seen now.
            return self._answered(group[:1])

    def _answered(self, group: Sequence[Wanted]) -> list[Told | Exception]:
        numbers = self._desk.serials.reserve(len(group))  # before the transaction, as it may take one of its own
        try:
            with self._storage.writing() as session:
                return self._written(session, group, numbers)
        finally:
            self._desk.serials.give_back(numbers)

    def _written(
        self, session: Session, group: Sequence[Wanted], numbers: list[SerialNumber]
    ) -> list[Told | Exception]:
        now, connection = self._now(), session.connection()
        answers = _before(connection, group, now)
        new = [one for one in group if one.key_hash not in answers]
        fresh = {self._desk.serials.serial(number) for number in numbers}
        issued = issue_passes(session, [one.request for one in new], self._desk, now, numbers=numbers) if new else []
        kept = []
        for one, answer in zip(new, issued, strict=True):
            if isinstance(answer, CheckpointError):
                answers[one.key_hash] = answer
                continue
            body = json.dumps(pass_told(answer, now), ensure_ascii=False)
            told = answers[one.key_hash] = Told(201 if answer.serial in fresh else 200, body)
            kept.append({**_key(one), "begun_at": now, "holder": "", "status": told.status, "body": told.body})
        if kept:
            connection.execute(_NEW, kept)
        return [answers[one.key_hash] for one in group]


def provide(app: Flask, services: Services) -> None:
    """Make the place where the threads of this process meet."""
    work = Issuing(services.storage, services.desk, services.now)
    app.extensions[_NAME] = Together[Wanted, Told](work)


def issuing() -> Together[Wanted, Told]:
    """Return that place of the current application."""
    found: Together[Wanted, Told] = current_app.extensions[_NAME]
    return found


def _together(asked: Sequence[Wanted]) -> Sequence[Wanted]:
    """The first ones up to another token's, a key that comes again, or a person who does: that is for the next time."""
    seen: set[object] = set()
    for at, one in enumerate(asked):
        if one.token != asked[0].token or seen & {one.key_hash, one.request.person_id}:
            return asked[:at]
        seen |= {one.key_hash, one.request.person_id}
    return asked


def _before(connection: Connection, group: Sequence[Wanted], now: int) -> dict[str, Told | Exception]:
    """What keys that were used before are answered with."""
    answers: dict[str, Told | Exception] = {}
    requests = {one.key_hash: one.request_hash for one in group}
    for row in connection.execute(_KNOWN, {"token": group[0].token, "keys": list(requests)}).all():
        try:
            answer = answer_before(row, requests[row.key_hash], now)
        except ServerError as problem:
            answers[row.key_hash] = problem
            continue
        if answer is not None:
            answers[row.key_hash] = Told(*answer, again=True)
        else:  # of a worker that died over it
            connection.execute(_AWAY, {"number": row.id})
    return answers


def _key(one: Wanted) -> dict[str, object]:
    return {"token_id": one.token, "key_hash": one.key_hash, "request_hash": one.request_hash}
