"""From the register's rows to the claims of a pass, and the state that a pass tells.

Reads nothing and signs nothing: the issuing door does that.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Protocol

from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.names import split_vietnamese
from vaccine_pass.uvci import of_serial
from verifier_server.doses.state import DoseState, domestic_state, travel_state
from verifier_server.errors import NotIssuable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from verifier_server.doses.state import GivenDose

FORMS = ("domestic", "travel")


class Named(Protocol):
    """A person of the register, as far as a pass tells: a mapped object or a plain row."""

    name: str
    birth: int


def state_for(form: str, doses: Sequence[GivenDose]) -> DoseState:
    """Return what a pass of this form may tell about these doses.

    :raises NotIssuable: a travel pass cannot be made of them; the sentence says why.
    """
    if form == "domestic":
        return domestic_state(doses)
    state = travel_state(doses)
    if state.vaccine is None:
        raise _no_travel_pass(doses)
    if not (state.vaccine.product and state.vaccine.manufacturer and state.vaccine.prophylaxis):
        raise NotIssuable(
            f"{state.vaccine.name} has no EU code, so there is no travel pass for it.",
            code="no_eu_code",
            vaccine=state.vaccine.name,
        )
    return state


def _no_travel_pass(doses: Sequence[GivenDose]) -> NotIssuable:
    if doses:
        return NotIssuable("Trial doses have no EU code, so there is no travel pass for them.", code="trial_vaccine")
    return NotIssuable("A travel pass needs at least one dose.", code="no_dose_yet")


def state_digest(form: str, person: Named, state: DoseState) -> str:
    """Return a hash of everything a pass would say except its serial and times.

    Two passes with the same digest tell the same, so the second is not needed.
    """
    said = (
        form,
        person.name,
        person.birth,
        state.doses,
        state.series,
        state.vaccine.key if state.vaccine else None,
        state.last_dose and state.last_dose.isoformat(),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def domestic_claims(person: Named, state: DoseState, *, serial: int, now: int, expires_at: int) -> DomesticClaims:
    """Return the claims of a domestic pass."""
    return DomesticClaims(
        name=person.name,
        birth=PartialDate.from_number(person.birth),
        serial=serial,
        doses=state.doses,
        series=state.series,
        vaccine=state.vaccine.index if state.vaccine else None,
        last_dose=state.last_dose,
        issued_at=now,
        expires_at=expires_at,
    )


def travel_claims(
    person: Named, state: DoseState, *, serial: int, now: int, expires_at: int, certificate_issuer: str
) -> TravelClaims:
    """Return the claims of a travel pass; its certificate id holds the serial and nothing else."""
    vaccine = state.vaccine
    if vaccine is None or state.series is None or state.last_dose is None:
        raise TypeError("a travel pass is made of a state that state_for('travel', ...) returned")
    family, given = split_vietnamese(person.name)
    return TravelClaims(
        family_name=family,
        given_name=given,
        birth=PartialDate.from_number(person.birth),
        product=vaccine.product or "",
        manufacturer=vaccine.manufacturer or "",
        prophylaxis=vaccine.prophylaxis or "",
        dose_number=state.doses,
        series=state.series,
        last_dose=state.last_dose,
        certificate_issuer=certificate_issuer,
        certificate_id=of_serial(serial),
        issued_at=now,
        expires_at=expires_at,
    )
