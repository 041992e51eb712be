"""The duty of the API: keys and answers are kept for a time and not longer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.api.forgetting import forget_answers
from verifier_server.jobs.kinds import duty

if TYPE_CHECKING:
    from verifier_server.jobs.kinds import Work

_HOUR, _DAY = 3_600, 86_400


@duty("api_answers", every=_HOUR)
def forget_old_answers(work: Work) -> int:
    """Delete the answers that are older than the setting ``api_answer_days``; returns how many."""
    days = max(1, work.config.settings.api_answer_days)
    return forget_answers(work.storage, work.now() - days * _DAY)
