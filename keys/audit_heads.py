"""Heads of audit chains: how far a register's chain goes, and the hash of its last link (docs/audit.md).

A head is a small JSON file; what is published has the newest head of each register's chain, and never goes
back. Pure: bytes in, bytes out. Leaves out the chain itself, which is the server's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from keys.entry import iso, seconds
from keys.errors import KeysError

FORMAT, PUBLISHED_FORMAT = "checkpoint-audit-head/1", "checkpoint-audit-heads/1"
MOST_BYTES = 1 << 20
_CHAIN = re.compile(r"[0-9a-f]{32}")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Head:
    """One head; ``sealed_at`` in Unix seconds, ``hash`` and ``chain`` in hexadecimal."""

    chain: str
    seq: int
    hash: str
    sealed_at: int

    def document(self) -> dict[str, object]:
        """Return it as its file has it."""
        return {"format": FORMAT, "chain": self.chain, **self.facts()}

    def facts(self) -> dict[str, object]:
        """Return what the published file has for its chain."""
        return {"seq": self.seq, "hash": self.hash, "sealed_at": iso(self.sealed_at)}


def read(data: bytes, where: str) -> tuple[Head, ...]:
    """Read a head's file, or the published file with the head of each chain.

    :param where: what to call it in an error.
    :raises KeysError: it is neither.
    """
    if len(data) > MOST_BYTES:
        raise _no_head(where)
    try:
        document = json.loads(data)
        if document["format"] == PUBLISHED_FORMAT:
            return tuple(_head(chain, facts) for chain, facts in document["heads"].items())
        if document["format"] == FORMAT:
            return (_head(document["chain"], document),)
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, KeysError) as error:
        raise _no_head(where) from error
    raise _no_head(where)


def published(heads: Iterable[Head]) -> bytes:
    """The published file of some heads of different chains; the same heads always give the same bytes."""
    by_chain = {head.chain: head.facts() for head in sorted(heads, key=lambda head: head.chain)}
    return (json.dumps({"format": PUBLISHED_FORMAT, "heads": by_chain}, indent=1) + "\n").encode("ascii")


def merged(new: bytes, before: bytes | None) -> bytes:
    """What is to be published when a head comes; a chain that was published never leaves and never goes back.

    :raises KeysError: it is no head, is older than the one that is out, or contradicts it.
    """
    heads = {head.chain: head for head in read(before, "the published head")} if before else {}
    for head in read(new, "the head"):
        known = heads.get(head.chain)
        if known is not None:
            _refuse_older(head, known)
        heads[head.chain] = head
    return published(heads.values())


def _refuse_older(head: Head, known: Head) -> None:
    if head.seq < known.seq:
        raise KeysError(
            f"the head is of link {head.seq}, and {known.seq} of the chain {known.chain[:8]} is published: take the "
            "newest. If there is none, the register lost its tail: run `checkpoint-server audit verify`.",
            code="old_head",
        )
    if head.seq == known.seq and head != known:
        raise KeysError(
            f"link {head.seq} of the chain {known.chain[:8]} is published with another hash: the chain was rewritten. "
            "Run `checkpoint-server audit verify`.",
            code="head_differs",
        )


def _head(chain: Any, facts: Any) -> Head:
    seq, digest, sealed_at = facts["seq"], facts["hash"], seconds(facts["sealed_at"])
    if type(seq) is not int or not 1 <= seq < 1 << 53 or not _CHAIN.fullmatch(chain) or not _HASH.fullmatch(digest):
        raise ValueError("no head")
    return Head(chain, seq, digest, sealed_at)


def _no_head(where: str) -> KeysError:
    return KeysError(
        f"{where} is no head of an audit chain; `checkpoint-server audit head --out FILE` writes one.", code="bad_head"
    )
