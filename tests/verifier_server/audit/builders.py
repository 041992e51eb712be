"""Builders for the audit's tests: events, a sealed chain, and what a verification finds."""

from verifier_server.audit.findings import Count
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.audit.sealing import seal
from verifier_server.audit.verifying import verify

from ..builders import NOW


def a_happening(number=1, *, person=None, **details):
    """One row of an import that was decided: no row of the register is held against it."""
    details = {"lot": "A", **details}
    return Happening(
        Kind.IMPORT_ROW_DECIDED, "import", number, account=1, site=2, person=person or number, details=details
    )


def recorded(storage, count, first=1):
    """So many events of different people, committed."""
    with storage.writing() as session:
        return record(session, *(a_happening(first + one) for one in range(count)), at=NOW)


def sealed(storage, now=NOW + 60):
    """Seal everything; gives how many links were added."""
    return seal(storage, lambda: now)


def findings(storage, *heads):
    """What is found, as kinds; heads are called "the head"."""
    return [one.kind.value for one in found(storage, *heads)]


def found(storage, *heads):
    """What is found, whole."""
    return list(verify(storage, Count(), [("the head", head) for head in heads]))


def counted(storage):
    """What a verification that finds nothing has counted."""
    count = Count()
    assert list(verify(storage, count)) == []
    return count
