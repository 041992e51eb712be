"""Rows of the register as the API tells them: plain values, times in UTC, unknown parts of a birth date left away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vaccine_pass.dates import PartialDate
from verifier_server.passes.issued import standing

if TYPE_CHECKING:
    from typing import Any

    from verifier_server.doses.tables import Dose
    from verifier_server.passes.tables import IssuedPass
    from verifier_server.people.tables import Person
    from verifier_server.revocation.tables import RevocationBatch


def moment(seconds: int | None) -> str | None:
    """Return a point in time, as 2021-07-30T00:00:00Z."""
    return None if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def person_told(person: Person) -> dict[str, Any]:
    """Return a person."""
    return {
        "id": person.id,
        "name": person.name,
        "birth": PartialDate.from_number(person.birth).iso,
        "sex": person.sex,
        "phone": person.phone,
        "papers": [
            {"kind": one.kind, "number": one.number, "country": one.country, "ended": one.ended_at is not None}
            for one in person.identifiers
        ],
        "merged_into": person.merged_into,
        "created_at": moment(person.created_at),
    }


def dose_told(dose: Dose) -> dict[str, Any]:
    """Return a dose."""
    return {
        "id": dose.id,
        "person": dose.person_id,
        "number": dose.number,
        "vaccine": dose.vaccine,
        "series": dose.series,
        "given_on": dose.given_on.isoformat(),
        "lot": dose.lot,
        "vaccinator": dose.vaccinator,
        "site": dose.site_id,
        "source": dose.source,
        "recorded_at": moment(dose.recorded_at),
        "signed_off_at": moment(dose.signed_off_at),
    }


def pass_told(issued: IssuedPass, now: int) -> dict[str, Any]:
    """Return a pass."""
    return {
        "id": issued.id,
        "person": issued.person_id,
        "form": issued.form,
        "serial": f"{issued.serial:08X}",
        "certificate_id": issued.certificate_id,
        "text": issued.text,
        "status": issued.status,
        "doses": issued.doses,
        "series": issued.series,
        "standing": standing(issued, now),
        "issued_at": moment(issued.issued_at),
        "expires_at": moment(issued.expires_at),
    }


def proposal_told(batch: RevocationBatch) -> dict[str, Any]:
    """Return a batch of revocations."""
    return {
        "id": batch.id,
        "action": batch.action,
        "kind": batch.kind,
        "chosen": batch.chosen,
        "reason": batch.reason,
        "passes": batch.proposed_passes,
        "state": batch.state,
        "proposed_at": moment(batch.proposed_at),
    }
