"""Heads: how far the chain goes and the hash of its last link, to be kept where the database's owner cannot reach.

A head is small JSON: ``{"format": "checkpoint-audit-head/1", "chain": …, "seq": …, "hash": …, "sealed_at": …}``.
What is published in the trust channel has the newest head of each chain. Left out: how a chain is held
against them (:mod:`verifier_server.audit.verifying`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from verifier_server.audit.tables import AuditChain, AuditHead, AuditLink
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

FORMAT = "checkpoint-audit-head/1"
PUBLISHED_FORMAT = "checkpoint-audit-heads/1"
_CHAIN = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")
_MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Head:
    """One head; ``sealed_at`` in Unix seconds, ``hash`` and ``chain`` in hexadecimal."""

    chain: str
    seq: int
    hash: str
    sealed_at: int

    def document(self) -> dict[str, object]:
        """Return it as its file has it."""
        when = datetime.fromtimestamp(self.sealed_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"format": FORMAT, "chain": self.chain, "seq": self.seq, "hash": self.hash, "sealed_at": when}


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


def note_given(session: Session, head: Head, now: int) -> None:
    """Remember that a head was given out; giving it out again changes nothing."""
    if session.get(AuditHead, head.seq) is None:
        session.add(AuditHead(seq=head.seq, hash=bytes.fromhex(head.hash), given_at=now))


def given_heads(session: Session) -> dict[int, bytes]:
    """Return the hash of every head that was given out, by its number."""
    return {row.seq: row.hash for row in session.execute(select(AuditHead.seq, AuditHead.hash))}


def read_heads(path: Path) -> list[Head]:
    """Read a head's file, or the published file with the head of each chain.

    :raises ServerError: it cannot be read, or is neither.
    """
    try:
        with path.open("rb") as file:
            document = json.loads(file.read(_MOST_BYTES))
    except OSError as problem:
        raise ServerError(f"The head {path} cannot be read: {problem.strerror}.", code="no_head") from problem
    except (ValueError, RecursionError) as problem:
        raise _not_a_head(path) from problem
    try:
        if document["format"] == PUBLISHED_FORMAT:
            return [_head(chain, one) for chain, one in document["heads"].items()]
        if document["format"] == FORMAT:
            return [_head(document["chain"], document)]
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise _not_a_head(path) from problem
    raise _not_a_head(path)


def _head(chain: str, document: dict[str, Any]) -> Head:
    seq, digest = document["seq"], document["hash"]
    when = datetime.strptime(document["sealed_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    if type(seq) is not int or seq < 1 or not _CHAIN.fullmatch(chain) or not _HASH.fullmatch(digest):
        raise ValueError("no head")
    return Head(chain, seq, digest, int(when.timestamp()))


def _not_a_head(path: Path) -> ServerError:
    return ServerError(
        f"{path} is no head of an audit chain; `checkpoint-server audit head --out FILE` writes one.", code="bad_head"
    )
