"""The trust list of this server: its signers, the vaccine table, and the revoked serials.

`signed_at` is the time at which the list was put together, cut to a whole hour: every worker then
serves the same bytes, and a cache can answer for all of them. Left out: the signed trust channel.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from keys.trustlist import trust_document
from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from keys.store import KeyStore

HOUR = 3600


@dataclass(frozen=True, slots=True)
class TrustFile:
    """The bytes of the list and their strong ETag."""

    body: bytes
    etag: str
    signed_at: int


def trust_file(store: KeyStore, session: Session, now: int) -> TrustFile:
    """Put the trust list together, and note that the keys in it are published by this.

    :raises CheckpointError: there are no keys yet.
    """
    signed_at = now - now % HOUR
    signers = store.signers()
    if any(signer.published_at is None for signer in signers):
        signers = store.mark_published(now)
    document = trust_document(signers, signed_at=float(signed_at), revoked_serials=_revoked(session))
    body = json.dumps(document, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    return TrustFile(body, hashlib.sha256(body).hexdigest()[:32], signed_at)


def _revoked(session: Session) -> list[int]:
    return sorted(session.scalars(select(IssuedPass.serial).where(IssuedPass.revoked_at.is_not(None))))
