"""Revocations: what was proposed and what became of it; and proposing one, which a second person decides.

A proposal is in the name of the administrator who made the token: that account cannot approve it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.api.cursors import MOST, number_of, paged
from verifier_server.api.guard import current_token
from verifier_server.api.parts import held, operation, part
from verifier_server.api.repeating import once
from verifier_server.api.schemas import PageQuery, ProposalIn, ProposalOut, page_of
from verifier_server.api.scopes import Scope
from verifier_server.api.telling import proposal_told
from verifier_server.api.whose import may_read_batch, may_read_choice
from verifier_server.approvals.form import selection_in
from verifier_server.errors import FieldError, ServerError
from verifier_server.revocation.batches import Wish, propose
from verifier_server.revocation.tables import RevocationBatch
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from typing import Any

    from flask import Response
    from sqlalchemy.orm import Session

pages = part("revocations", "Revocations")
# Less than no pass at all: whatever the API proposes needs a second person.
_NONE_ALONE = -1


@operation(pages, "/revocations", Scope.REVOCATIONS_READ)
@pages.arguments(PageQuery, location="query")
@pages.response(200, page_of(ProposalOut))
def index(query: dict[str, Any]) -> dict[str, Any]:
    """List the batches of revocations, the oldest first; a token of a site gets those of the site and its people."""
    wanted = select(RevocationBatch).order_by(RevocationBatch.id)
    after = number_of(query["cursor"])
    if after is not None:
        wanted = wanted.where(RevocationBatch.id > after)
    # Read to the end of the page and no further: what a site may see is told by more than one column.
    rows = list(islice(filter(may_read_batch, reading().scalars(wanted).yield_per(MOST)), query["limit"] + 1))
    return paged(rows, query["limit"], [proposal_told(one) for one in rows])


@operation(pages, "/revocations/<int:number>", Scope.REVOCATIONS_READ)
@pages.response(200, ProposalOut)
def get(number: int) -> dict[str, Any]:
    """Get one batch."""
    batch = held(RevocationBatch, number)
    if not may_read_batch(batch):
        raise ServerError("There is none with this number.", code="not_found")
    return proposal_told(batch)


@operation(pages, "/revocations", Scope.REVOCATIONS_PROPOSE, method="POST", faults=(409,))
@pages.arguments(ProposalIn)
@pages.response(201, ProposalOut)
def create(given: dict[str, Any]) -> Response:
    """Propose to revoke passes; nothing changes until an administrator approves it."""
    form = {"kind": given["kind"], given["kind"]: given["chosen"]}
    for name in ("since", "until"):
        day = given[name]
        if day is not None:
            form |= {f"{name}_day": f"{day:%d}", f"{name}_month": f"{day:%m}", f"{name}_year": f"{day:%Y}"}
    chosen = selection_in(reading(), services().key_store, form)
    if not may_read_choice(chosen.kind, chosen.chosen):
        raise FieldError("chosen", "This token acts for another site.", code="site_of_another")
    maker = current_token().maker
    if maker is None:
        raise ServerError("Nobody stands behind this token who could propose.", code="scope_missing")
    wish = Wish("revoke", chosen, given["reason"], maker.email)
    return once(lambda session: (201, _proposed(session, wish)))


def _proposed(session: Session, wish: Wish) -> dict[str, Any]:
    batch = propose(session, wish, limit=_NONE_ALONE, now=services().now())
    if batch is None:
        raise ServerError("No pass is left that this would revoke.", code="conflict")
    return proposal_told(batch)
