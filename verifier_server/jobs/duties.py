"""The duty that belongs to no other part's worker module: the audit's sealer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.audit.sealing import seal
from verifier_server.jobs.kinds import duty

if TYPE_CHECKING:
    from verifier_server.jobs.kinds import Work


@duty("audit", every=5)
def seal_audit(work: Work) -> int:
    """Chain what is committed; sealers take turns, so that one more harms nothing."""
    return seal(work.storage, work.clock)
