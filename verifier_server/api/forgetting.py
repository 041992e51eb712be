"""Answers kept for a retry hold people's values: what goes with a person who is erased, and what goes by time.

An answer names its person in one of four ways, as the resources write them; it is looked for by these, because an
answer of an older worker has no column that could say whose it is. What is left in its place says that the person was
erased: were the row deleted, a late retry would enter the person anew. The hash of the request goes too, because a
name and a birth date can be tried out on it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import delete, or_, select, update

from verifier_server.api.tables import ApiAnswer
from verifier_server.people.erasing import also_erases

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.storage import Storage

GONE = 410
PIECE = 1000
_SAID = json.dumps(
    {
        "type": "urn:checkpoint:problem:erased",
        "title": "Gone",
        "status": GONE,
        "code": "erased",
        "detail": "The person whom this answer told of was erased.",
    }
)


@also_erases
def erase_answers(session: Session, person_id: int) -> None:
    """Empty the kept answers that tell of a person, in the caller's transaction."""
    tells = (
        f'{{"id": {person_id}, "name": %',
        f'%"person": {person_id},%',
        f'{{"resourceType": "Patient", "id": "{person_id}",%',
        f'%"reference": "Patient/{person_id}"%',
    )
    theirs = update(ApiAnswer).where(or_(*(ApiAnswer.body.like(one) for one in tells)))
    session.execute(theirs.values(status=GONE, body=_SAID, request_hash=""))


def forget_answers(storage: Storage, before: int) -> int:
    """Delete keys and answers begun before a second, in pieces, each a transaction; returns how many."""
    deleted = 0
    while True:
        with storage.writing() as session:
            old = list(session.scalars(select(ApiAnswer.id).where(ApiAnswer.begun_at < before).limit(PIECE)))
            session.execute(delete(ApiAnswer).where(ApiAnswer.id.in_(old)))
        deleted += len(old)
        if len(old) < PIECE:
            return deleted
