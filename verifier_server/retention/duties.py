"""The duty that follows the rules, every hour. A rule that fails stops no other one; the log says which."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from verifier_server.jobs.kinds import duty
from verifier_server.retention.rules import RULES, follow

if TYPE_CHECKING:
    from verifier_server.jobs.kinds import Work

_LOG = logging.getLogger(__name__)


@duty("retention", every=3600)
def follow_all(work: Work) -> int:
    """Delete what every rule deletes; returns how many rows."""
    deleted = 0
    for rule in RULES:
        try:
            deleted += follow(work.storage, rule, work.now())
        except IntegrityError:
            _LOG.error("rows of %s are referred to by others: kept", rule.name)
    return deleted
