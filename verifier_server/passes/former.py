"""What becomes of a person's former domestic passes when a new one is issued: a setting.

Off: a laminated card of one dose stays good until its date, and the new code shows more. On: the former ones are
revoked as ``replaced``, and checkpoints refuse them as soon as they have the next list. Left out: travel passes,
which other countries hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation.at_once import revoke_at_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

REPLACED = "replaced"


def end_former(session: Session, new: Sequence[IssuedPass], now: int) -> int:
    """Revoke the domestic passes of these people that are in use besides the new ones; returns how many."""
    ended = 0
    for issued in new:
        if issued.form == "domestic":
            ended += revoke_at_once(
                session,
                IssuedPass.person_id == issued.person_id,
                IssuedPass.form == "domestic",
                IssuedPass.id != issued.id,
                IssuedPass.expires_at > now,
                why=REPLACED,
                by=issued.issued_by,
                now=now,
                site=issued.site_id,
            )
    return ended
