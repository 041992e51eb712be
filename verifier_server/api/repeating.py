"""One answer for one idempotency key: a retry, also after a crash, changes nothing more.

The key, the work and its answer are one transaction: all of it is there, or nothing, and then the key is free. Who
comes with the same key at the same moment waits for the first one's transaction and is given its answer (on SQLite for
the write lock, on PostgreSQL for the key's row). Keys and answers go after a time (`verifier_server.api.work`). Source:
the IETF draft "The Idempotency-Key HTTP Header Field". Left out: answers of requests that were refused; they have
changed nothing.
"""

from __future__ import annotations

import hashlib
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request
from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from verifier_server.api.guard import current_token
from verifier_server.api.problems import MEDIA_TYPE
from verifier_server.api.tables import ApiAnswer
from verifier_server.errors import ServerError
from verifier_server.web.services import end_reading, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    Work = Callable[[Session], tuple[int, dict[str, Any]]]

GIVEN_UP_SECONDS = 60
HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{8,200}")
_TABLE = ApiAnswer.__table__
_ROW = _TABLE.c
_CLAIM = {
    name: insert(_TABLE).on_conflict_do_nothing().returning(_ROW.id)  # type: ignore[operator]  the same use of both
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_KNOWN = (
    select(_ROW.id, _ROW.request_hash, _ROW.begun_at, _ROW.status, _ROW.body)
    .where(_ROW.token_id == bindparam("token_id"), _ROW.key_hash == bindparam("key_hash"))
    .with_for_update()
)
_ANSWERED = (
    update(_TABLE).where(_ROW.id == bindparam("number")).values(status=bindparam("told"), body=bindparam("what"))
)
_TAKEN_OVER = update(_TABLE).where(_ROW.id == bindparam("number")).values(begun_at=bindparam("now"), holder="")


def once(work: Work, *, needs_key: bool = True, media_type: str = "application/json") -> Response:
    """Do some work in one transaction for this request's key, or give the answer that it had before.

    :param work: gets a session in the transaction that is committed here with the answer; returns the status and the
        body. It must open no transaction of its own.
    :raises ServerError: no key, the same key with another request (422), or one that is being answered (409).
    """
    key = key_hash() if needs_key or HEADER in request.headers else None
    end_reading()
    with services().storage.writing() as session:
        number, before = _claimed(session, key) if key else (None, None)
        if before is not None:
            return said(before[0], before[1], media_type, replayed=True)
        status, found = work(session)
        body = json.dumps(found, ensure_ascii=False)
        if number is not None:
            session.connection().execute(_ANSWERED, {"number": number, "told": status, "what": body})
    return said(status, body, media_type)


def key_hash() -> str:
    """Return the hash of this request's key.

    :raises ServerError: it has none, or one of another form.
    """
    key = request.headers.get(HEADER, "").strip().strip('"')
    if not _KEY.fullmatch(key):
        raise ServerError(
            f"Send a {HEADER} of 8 to 200 printable characters, a new one for each thing to do.", code="key_missing"
        )
    return hashlib.sha256(key.encode()).hexdigest()


def _claimed(session: Session, key: str) -> tuple[int, tuple[int, str] | None]:
    """Take the key: its row's number, and the answer that it had before."""
    now, hashed, connection = services().now(), request_hash(), session.connection()
    mine = {"token_id": current_token().id, "key_hash": key}
    fresh = {**mine, "request_hash": hashed, "begun_at": now, "holder": ""}
    number = connection.scalar(_CLAIM[connection.dialect.name], fresh)
    if number is not None:
        return number, None
    row = connection.execute(_KNOWN, mine).one()
    answer = answer_before(row, hashed, now)
    if answer is None:
        connection.execute(_TAKEN_OVER, {"number": row.id, "now": now})
    return row.id, answer


def answer_before(row: Row[Any], hashed: str, now: int) -> tuple[int, str] | None:
    """Return the status and body that a key's row holds; None when whoever took it died over it.

    :raises ServerError: the key was used for another request, or an older worker is at it.
    """
    if row.request_hash not in {hashed, ""}:  # none: its person was erased
        raise ServerError(f"This {HEADER} was used for another request.", code="key_reused")
    if row.status is not None:
        return row.status, row.body
    # Without an answer: a worker of the version before is at it, which noted the key first, or died over it.
    if now - row.begun_at < GIVEN_UP_SECONDS:
        raise ServerError("This request is being answered. Try again in a minute.", code="in_flight")
    return None


def request_hash() -> str:
    """Return the hash of what this request says, to know another one by."""
    what = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(what).hexdigest()


def said(status: int, body: str, media_type: str = "application/json", *, replayed: bool = False) -> Response:
    """Return an answer, and whether it was given before."""
    made = Response(body, status=status, mimetype=media_type if status < HTTPStatus.BAD_REQUEST else MEDIA_TYPE)
    if replayed:
        made.headers["Idempotency-Replayed"] = "true"
    return made
