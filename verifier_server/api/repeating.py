"""One answer for one idempotency key: a retry, also after a crash, changes nothing more.

The key is noted in a transaction of its own before the work begins, and the answer in the transaction of the work: so
the work is done and answered, or neither. Whoever comes while another one is at it is told to wait; after a minute the
other one is taken to have died. Keys and answers go after a time (`verifier_server.api.work`). Source: the IETF draft
"The Idempotency-Key HTTP Header Field". Left out: answers of requests that were refused; they have changed nothing,
and the key is free again.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, request
from sqlalchemy import delete, select, update

from verifier_server.api.guard import current_token
from verifier_server.api.problems import MEDIA_TYPE
from verifier_server.api.tables import ApiAnswer
from verifier_server.errors import ServerError
from verifier_server.web.services import end_reading, services

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sqlalchemy.orm import Session

    Work = Callable[[Session], tuple[int, dict[str, Any]]]

GIVEN_UP_SECONDS = 60
HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{8,200}")


@dataclass(frozen=True, slots=True)
class _Claim:
    key_hash: str
    holder: str


def once(work: Work, *, needs_key: bool = True, media_type: str = "application/json") -> Response:
    """Do some work in one transaction for this request's key, or give the answer that it had before.

    :param work: gets a session for writing, in no transaction yet; returns the status and the body. It is committed
        here, with the answer.
    :raises ServerError: no key, the same key with another request (422), or one that is being answered (409).
    """
    key = request.headers.get(HEADER, "").strip().strip('"')
    if not key and not needs_key:
        return _written(work, None, media_type)
    if not _KEY.fullmatch(key):
        raise ServerError(
            f"Send a {HEADER} of 8 to 200 printable characters, a new one for each thing to do.", code="key_missing"
        )
    end_reading()
    claim = _Claim(hashlib.sha256(key.encode()).hexdigest(), secrets.token_hex(16))
    before = services().storage.transaction(lambda session: _claimed(session, claim))
    if before is not None:
        return _said(before[0], before[1], media_type, replayed=True)
    try:
        return _written(work, claim, media_type)
    except BaseException:
        _let_go(claim)
        raise


def _claimed(session: Session, claim: _Claim) -> tuple[int, str] | None:
    now, token = services().now(), current_token().id
    row = session.scalar(
        select(ApiAnswer).where(ApiAnswer.token_id == token, ApiAnswer.key_hash == claim.key_hash).with_for_update()
    )
    if row is None:
        fresh = {"token_id": token, "key_hash": claim.key_hash, "request_hash": _request_hash()}
        session.add(ApiAnswer(**fresh, begun_at=now, holder=claim.holder))
        return None
    if row.request_hash not in {_request_hash(), ""}:  # none: its person was erased
        raise ServerError(f"This {HEADER} was used for another request.", code="key_reused")
    if row.status is not None and row.body is not None:
        return row.status, row.body
    if now - row.begun_at < GIVEN_UP_SECONDS:
        raise ServerError("This request is being answered. Try again in a minute.", code="in_flight")
    row.begun_at, row.holder = now, claim.holder
    return None


def _written(work: Work, claim: _Claim | None, media_type: str) -> Response:
    end_reading()
    with services().storage.session(writing=True) as session:
        status, found = work(session)
        body = json.dumps(found, ensure_ascii=False)
        if claim is not None:
            _keep(session, claim, status, body)
        session.commit()
    return _said(status, body, media_type)


def _keep(session: Session, claim: _Claim, status: int, body: str) -> None:
    mine = (
        ApiAnswer.token_id == current_token().id,
        ApiAnswer.key_hash == claim.key_hash,
        ApiAnswer.holder == claim.holder,
    )
    kept = session.execute(update(ApiAnswer).where(*mine).values(status=status, body=body))
    if kept.rowcount != 1:  # type: ignore[attr-defined]
        raise ServerError("Another request with this key has taken over. Try again.", code="in_flight")


def _let_go(claim: _Claim) -> None:
    with services().storage.writing() as session:
        session.execute(
            delete(ApiAnswer).where(
                ApiAnswer.token_id == current_token().id,
                ApiAnswer.key_hash == claim.key_hash,
                ApiAnswer.holder == claim.holder,
                ApiAnswer.status.is_(None),
            )
        )


def _request_hash() -> str:
    said = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(said).hexdigest()


def _said(status: int, body: str, media_type: str, *, replayed: bool = False) -> Response:
    made = Response(body, status=status, mimetype=media_type if status < HTTPStatus.BAD_REQUEST else MEDIA_TYPE)
    if replayed:
        made.headers["Idempotency-Replayed"] = "true"
    return made
