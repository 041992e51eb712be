"""A new pass in place of one that was lost or is wrong: the former one is revoked, in the same transaction.

The person is never without a pass and the finder of a card has none. Left out: taking a pass away without giving
another, which is a revocation with its own rules (:mod:`verifier_server.revocation.batches`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaccine_pass.errors import CheckpointError
from verifier_server.errors import FieldError
from verifier_server.passes.issue import PassRequest, issue_passes
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation.at_once import revoke_at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from verifier_server.passes.desk import IssuingDesk
    from verifier_server.staff.tables import Account
    from verifier_server.storage import Storage

REASONS = ("lost", "stolen", "damaged", "posted", "name_changed", "wrong_data")
"""Why a pass is replaced; the row keeps it as ``revoked_why``. ``posted``: its picture went round. The last two: what
the register says was corrected before, and the new pass says that."""


def replace_pass(
    storage: Storage, desk: IssuingDesk, pass_id: int, reason: str, *, account: Account, now: int
) -> IssuedPass:
    """Revoke a pass and issue another; the second press of the button gets the first one's.

    :raises FieldError: the reason is none of `REASONS`.
    :raises CheckpointError: no pass can be issued now; then the former one stays as it is.
    """
    if reason not in REASONS:
        raise FieldError("reason", "Say why the pass is replaced.", code="bad_reason")
    numbers = desk.serials.reserve(1)
    try:
        with storage.writing() as session:
            former = session.get_one(IssuedPass, pass_id, with_for_update=True)
            if former.superseded_by is not None:
                return _newest(session, former)
            revoke_at_once(
                session,
                IssuedPass.id == former.id,
                why=reason,
                by=account.id,
                now=now,
                site=account.site_id,
            )
            request = PassRequest(former.person_id, former.form, account.id, account.site_id or former.site_id)
            answer = issue_passes(session, [request], desk, now, numbers=numbers)[0]
            if isinstance(answer, CheckpointError):
                raise answer
            former.superseded_by = answer.id
            return answer
    finally:
        desk.serials.give_back(numbers)


def _newest(session: Session, former: IssuedPass) -> IssuedPass:
    while former.superseded_by is not None:
        former = session.get_one(IssuedPass, former.superseded_by)
    return former
