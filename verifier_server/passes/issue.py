"""The one door to the signer: a request names a person in the register, never what a pass says.

The door reads the register itself, decides what may be said, signs, and appends to the pass
table, to the signer's own log and to the audit, all in the caller's transaction. A preview is never signed:
whatever leaves here is an issued pass with a row and a serial. One person's pass and a batch of
thousands go through the same function.

How many passes an account, a site and the register may issue in a day is looked at here too (:mod:`.caps`).
Left out: who may ask (the pages and the command line).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vaccine_pass.errors import CheckpointError, PassError
from vaccine_pass.sign import sign_domestic, sign_travel
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.errors import NotIssuable
from verifier_server.passes.caps import Budget, Scope
from verifier_server.passes.claims import domestic_claims, state_digest, state_for, travel_claims
from verifier_server.passes.former import end_former
from verifier_server.passes.register import Signed, append, read_register, supersede
from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from verifier_server.doses.state import DoseState
    from verifier_server.passes.desk import IssuingDesk, SigningHand
    from verifier_server.passes.register import Register
    from verifier_server.passes.serials import SerialNumber


@dataclass(frozen=True, slots=True)
class PassRequest:
    """Who needs a pass of which form, and which account asks (None: the command line).

    ``batch`` is the batch of revocations that the pass makes good, if it does; ``citizen``: the person asked for it
    in the health book, and no account did.
    """

    person_id: int
    form: str
    by: int | None = None
    site_id: int | None = None
    batch: int | None = None
    citizen: bool = False


def issue_pass(session: Session, request: PassRequest, desk: IssuingDesk, now: int) -> IssuedPass:
    """Return the person's pass: the one that already tells the present state, or a new one.

    The session must not be in a transaction yet; it is committed by the caller.

    :param now: Unix seconds.
    :raises CheckpointError: the pass cannot be issued; the sentence says why.
    """
    answer = issue_passes(session, [request], desk, now)[0]
    if isinstance(answer, CheckpointError):
        raise answer
    return answer


def issue_passes(
    session: Session,
    requests: Sequence[PassRequest],
    desk: IssuingDesk,
    now: int,
    *,
    numbers: list[SerialNumber] | None = None,
) -> list[IssuedPass | CheckpointError]:
    """Answer each request with a pass or with the reason why there is none, in their order.

    No person may be asked for twice in the same form in one batch.

    :param numbers: serial numbers reserved before the transaction began, at least one for each
        request; those that were used are gone from the list afterwards.
    :raises CheckpointError: nothing can be signed now: no active key, or no serial numbers.
    :raises RuntimeError: called inside of a transaction without reserved numbers.
    """
    if numbers is None:
        if session.in_transaction():
            raise RuntimeError("reserve serial numbers before the transaction begins, or issue in one of its own")
        numbers = desk.serials.reserve(len(requests))
        try:
            return issue_passes(session, requests, desk, now, numbers=numbers)
        finally:
            desk.serials.give_back(numbers)
    budget = Budget(session, desk.caps, ((request.by, request.site_id) for request in requests), now)
    register = read_register(session, {request.person_id for request in requests})
    answers = [_answer(request, register, desk, numbers, budget, now) for request in requests]
    new = append(session, [answer for answer in answers if isinstance(answer, Signed)])
    supersede(session, new, register)
    asked = [request for request, answer in zip(requests, answers, strict=True) if isinstance(answer, Signed)]
    record(session, *(_issued(request, row) for request, row in zip(asked, new, strict=True)), at=now)
    if desk.new_pass_ends_old:
        end_former(session, new, now)
    budget.alarm(_sites(requests), requests[0].by if requests else None)
    rows = iter(new)
    return [next(rows) if isinstance(answer, Signed) else _known(session, answer) for answer in answers]


def _known(session: Session, answer: int | CheckpointError) -> IssuedPass | CheckpointError:
    return session.get_one(IssuedPass, answer) if isinstance(answer, int) else answer


def _answer(
    request: PassRequest,
    register: Register,
    desk: IssuingDesk,
    numbers: list[SerialNumber],
    budget: Budget,
    now: int,
) -> int | Signed | CheckpointError:
    """Return the number of the pass that tells the present state already, a new one signed, or why there is none."""
    person = register.people.get(request.person_id)
    if person is None or person.merged_into is not None or person.erased_at is not None:
        return NotIssuable("This person is not in the register.", code="unknown_person")
    try:
        state = state_for(request.form, register.doses[person.id])
        digest = state_digest(request.form, person, state)
        for issued in register.passes[person.id, request.form]:
            if issued.state == digest and is_fresh(issued, now):
                return int(issued.id)
        hand = desk.hand(request.form, state.status, now)
        budget.take(request.by, request.site_id)
        return _signed(request, person, state, digest, hand, desk, numbers, now)
    except (NotIssuable, PassError) as problem:
        return problem


def _sites(requests: Sequence[PassRequest]) -> dict[Scope, int | None]:
    """The site that has to know of an alarm about an account or a site."""
    of_accounts = {Scope("account", request.by or 0): request.site_id for request in requests}
    return of_accounts | {Scope("site", one): one for one in (request.site_id for request in requests) if one}


def is_fresh(issued: IssuedPass | Row[Any], now: int) -> bool:
    """Whether more than half of a pass's time is left, so that it need not be renewed."""
    return issued.expires_at - now > (issued.expires_at - issued.issued_at) // 2


def _signed(
    request: PassRequest,
    person: Row[Any],
    state: DoseState,
    digest: str,
    hand: SigningHand,
    desk: IssuingDesk,
    numbers: list[SerialNumber],
    now: int,
) -> Signed:
    # Taken out before signing: a number that came near a signature is never handed out again.
    serial = desk.serials.serial(numbers.pop(0))
    times = {"serial": serial, "now": now, "expires_at": hand.expires_at}
    certificate_id = None
    if request.form == "domestic":
        text, payload = sign_domestic(domestic_claims(person, state, **times), hand.key)
    else:
        travel = travel_claims(person, state, **times, certificate_issuer=desk.certificate_issuer)
        text, payload = sign_travel(travel, hand.key)
        certificate_id = travel.certificate_id
    values = {
        "person_id": person.id,
        "form": request.form,
        "serial": serial,
        "certificate_id": certificate_id,
        "kid": hand.key.kid.hex(),
        "text": text,
        "status": state.status.value,
        "doses": state.doses,
        "series": state.series,
        "state": digest,
        "issued_at": now,
        "expires_at": hand.expires_at,
        "issued_by": request.by,
        "site_id": request.site_id,
    }
    return Signed(values, payload)


def _issued(request: PassRequest, row: IssuedPass) -> Happening:
    details: dict[str, object] = {
        "form": row.form,
        "serial": row.serial,
        "kid": row.kid,
        "status": row.status,
        "doses": row.doses,
        "series": row.series,
        "expires_at": row.expires_at,
    }
    if request.citizen:
        details["asked_by"] = "citizen"
    kind = Kind.PASS_ISSUED
    if request.batch is not None:
        kind, details = Kind.PASS_REISSUED, {**details, "batch": request.batch}
    return Happening(
        kind, "pass", row.id, account=row.issued_by, site=row.site_id, person=row.person_id, details=details
    )
