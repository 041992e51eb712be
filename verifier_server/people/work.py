"""The duty that looks for people who were entered twice: a small piece at a time, between the jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.jobs.kinds import duty
from verifier_server.people.pair_search import search_a_piece

if TYPE_CHECKING:
    from verifier_server.jobs.kinds import Work

_SECONDS = 2


@duty("likely_pairs", every=_SECONDS)
def look_for_pairs(work: Work) -> int:
    """Look at the next people; returns how many."""
    return search_a_piece(work.storage, work.now())
