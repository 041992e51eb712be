"""Whether the trust channel says already what the register says about revoked passes.

The exact comparison reads every revoked pass (`verifier_server.revocation.next_lists`), so it is made
only when something was decided since the lists were signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from keys.channel import documents
from verifier_server.revocation import list_files
from verifier_server.revocation.listing import good_and_unexplained, handed_out, revoked_serials
from verifier_server.revocation.next_lists import RegisterSays, next_lists
from verifier_server.revocation.tables import RevocationBatch

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from keys.channel.proposal import Proposal
    from keys.channel.release import Release
    from vaccine_pass.revocation.lists import Lists

COMMAND = "checkpoint-server revocations --out lists"
_BY_HOLDERS = (documents.APPROVED, documents.UNREVOCATION)


def are_behind(session: Session, release: Release, proposed: Proposal | None, now: int) -> bool:
    """Whether the register has decided something that scanners cannot know, and that nobody has proposed yet.

    :raises CheckpointError: a published list is damaged.
    """
    if proposed is not None and any(path in proposed.files for path in _BY_HOLDERS):
        return False
    published = list_files.lists_of(release)
    if _decided_at(session) < _signed_at(published):
        return False
    revoked = revoked_serials(session, list_files.trusted_keys(release), now)
    says = RegisterSays(revoked, handed_out(session), lambda some: good_and_unexplained(session, some, now))
    return not next_lists(published, says, now).is_nothing


def _decided_at(session: Session) -> int:
    """When passes were changed for the last time, 0 for never."""
    changed = func.coalesce(RevocationBatch.finished_at, RevocationBatch.approved_at, RevocationBatch.proposed_at)
    return session.scalar(select(func.max(changed)).where(RevocationBatch.passes_done > 0)) or 0


def _signed_at(published: Lists) -> int:
    """When the newest list was dated; a channel without any is told to make one by its own rules."""
    dated = (published.approved, published.base, published.delta, published.unrevoked)
    return int(max((one.signed_at for one in dated if one is not None), default=0))
