"""The head of this register's chain: reading it from the database, and remembering that it was given out.

What a head is as a file is :mod:`keys.audit_heads`, which the trust channel shares. Left out: how a chain is
held against heads (:mod:`verifier_server.audit.verifying`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from keys.audit_heads import Head
from verifier_server.audit.tables import AuditChain, AuditHead, AuditLink
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ANY_CHAIN = ""
"""The chain of a head that does not say it: paper is compared by its hash, which binds the chain as well."""


def head_of(session: Session) -> Head | None:
    """Return the chain's head; None when nothing is sealed yet.

    :raises ServerError: the chain's end is not there: `audit verify` says more.
    """
    chain = session.get(AuditChain, 1)
    if chain is not None and chain.seq == 0:
        return None
    link = session.get(AuditLink, chain.seq) if chain else None
    if chain is None or link is None or link.hash != chain.hash:
        raise ServerError(
            "The end of the audit chain is not as the sealer left it; run `checkpoint-server audit verify`.",
            code="audit_chain_broken",
        )
    return Head(chain.chain, link.seq, link.hash.hex(), link.sealed_at)


def printed_head(link: str, digits: str) -> Head:
    """Read what stands on a printed page: a link's number, and 64 digits in groups or not.

    :raises ServerError: it is not that.
    """
    digest = digits.replace("-", "").replace(" ", "").lower()
    if not (re.fullmatch("[0-9]{1,15}", link) and int(link) and re.fullmatch("[0-9a-f]{64}", digest)):
        raise ServerError(
            "A printed head is the number of a link and 64 digits from 0 to f: look whether one is missing.",
            code="bad_head",
        )
    return Head(ANY_CHAIN, int(link), digest, 0)


def note_given(session: Session, head: Head, now: int) -> None:
    """Remember that a head was given out; giving it out again changes nothing."""
    if session.get(AuditHead, head.seq) is None:
        session.add(AuditHead(seq=head.seq, hash=bytes.fromhex(head.hash), given_at=now))


def given_heads(session: Session) -> dict[int, bytes]:
    """Return the hash of every head that was given out, by its number."""
    return {row.seq: row.hash for row in session.execute(select(AuditHead.seq, AuditHead.hash))}
