"""What the register says for the lists of the trust channel: revoked serials, counts, and what is good again.

Read in the order of serials, row by row: a million revoked passes take two bytes each. Left out: what is to
be published because of it (:mod:`verifier_server.revocation.next_lists`).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from vaccine_pass.revocation.serial_set import SerialSet
from verifier_server.passes.tables import IssuedPass, SerialBlock
from verifier_server.revocation.tables import BatchPass, RevocationBatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_DAY = 86_400
KEPT_AFTER_EXPIRY = 35 * _DAY
"""A scanner that takes a list cannot have an earlier time than this: what its holders signed is not older."""

_AT_ONCE = 10_000
_REVOKED = (
    select(IssuedPass.serial, IssuedPass.kid)
    .where(IssuedPass.revoked_at.is_not(None))
    .order_by(IssuedPass.serial)
    .execution_options(yield_per=_AT_ONCE)
)
_ASKED_AT_ONCE = 500


def revoked_serials(session: Session, kids: Iterable[bytes], now: int) -> SerialSet:
    """Return the serials that scanners must refuse: revoked, not long expired, and of a key that they trust.

    :param kids: the key ids that the published list of signers has. What a revoked key has signed is
        refused without a list as soon as its key is out of that one, and a key never comes back.
    """
    trusted = {kid.hex() for kid in kids}
    # Keys are compared here: a database would go through the index by key, and sort millions of passes.
    rows = session.execute(_REVOKED.where(IssuedPass.expires_at > now - KEPT_AFTER_EXPIRY))
    return SerialSet.of_ascending(serial for serial, kid in rows if kid in trusted)


def handed_out(session: Session) -> Mapping[int, int]:
    """Return how many numbers of each block of this database were handed out; burnt ones count."""
    blocks = session.execute(select(SerialBlock.block, SerialBlock.next_n).order_by(SerialBlock.block))
    return {row.block: row.next_n for row in blocks}


def good_and_unexplained(session: Session, serials: Iterable[int], now: int) -> tuple[SerialSet, SerialSet]:
    """Return those of some listed serials that were un-revoked, and those of which the register cannot say why.

    A pass is good again when a batch un-revoked it. One that is simply not revoked here, or not here at all,
    is of a register that was restored from an older copy: it stays listed.
    """
    good: list[int] = []
    unexplained: list[int] = []
    for asked in _parts(serials):
        found = {row.serial: row for row in session.execute(_states().where(IssuedPass.serial.in_(asked)))}
        unexplained += [serial for serial in asked if serial not in found]
        for serial, row in found.items():
            if row.revoked_at is None and row.expires_at > now:
                (good if row.taken_back else unexplained).append(serial)
    return SerialSet.of(good), SerialSet.of(unexplained)


def _states() -> Select[Any]:
    taken_back = exists().where(
        BatchPass.pass_id == IssuedPass.id,
        BatchPass.batch_id == RevocationBatch.id,
        RevocationBatch.action == "unrevoke",
    )
    return select(IssuedPass.serial, IssuedPass.revoked_at, IssuedPass.expires_at, taken_back.label("taken_back"))


def _parts(serials: Iterable[int]) -> Iterator[list[int]]:
    left = iter(serials)
    while part := list(islice(left, _ASKED_AT_ONCE)):
        yield part
