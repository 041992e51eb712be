"""What becomes of a batch is in the audit: who decided, and each pass."""

from collections import Counter

from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent
from verifier_server.bulk.run import Office
from verifier_server.revocation.reissue import reissue
from verifier_server.revocation.work import carry_out

from ..audit.builders import counted, sealed
from .builders import LATER, decided, key_of, passes, people, replace_key


def kinds(storage):
    with storage.reading() as session:
        return Counter(session.scalars(select(AuditEvent.kind).where(AuditEvent.subject.in_(["batch", "pass"]))))


def test_a_batch_leaves_an_event_for_each_decision_and_each_pass(storage, desk, accounts, store):
    rows = passes(storage, desk, people(storage, 3))
    batch = decided(storage, key_of(rows))
    carry_out(storage, batch.id, now=LATER)
    carry_out(storage, batch.id, now=LATER + 1)
    replace_key(store, "domestic")
    reissue(Office(storage, desk, lambda: float(LATER)), batch.id)
    decisions = {"batch_proposed": 1, "batch_finished": 1} | ({"batch_approved": 1} if batch.second_person else {})
    assert kinds(storage) == {**decisions, "pass_issued": 3, "pass_revoked": 3, "pass_reissued": 3}
    sealed(storage)
    assert counted(storage).waiting == 0
