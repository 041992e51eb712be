"""How many passes each key signed, and how many of them scanners would still accept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Signed:
    """Passes of one key: all of them, and those neither expired nor revoked.

    A pass that a later one took the place of still counts as valid: on paper it is accepted.
    What becomes of them when the key itself is revoked is not looked at here.
    """

    passes: int = 0
    valid: int = 0


def signed_by_key(session: Session, now: int) -> Mapping[str, Signed]:
    """The passes of each key that signed any, by key id (16 hexadecimal digits)."""
    valid = func.count().filter(IssuedPass.revoked_at.is_(None), IssuedPass.expires_at > now)
    rows = session.execute(select(IssuedPass.kid, func.count(), valid).group_by(IssuedPass.kid))
    return {kid: Signed(passes, still_valid) for kid, passes, still_valid in rows}
