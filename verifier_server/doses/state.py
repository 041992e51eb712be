"""What a person's doses add up to: how many, of how many, and of which product.

The signed series value decides "complete". It is the value given with the dose, when a mixed or
special series was decided, else the usual series of the product. Whoever was complete once stays
complete: a booster of a product with a longer series changes nothing (the field's "2/1 turned
red"). A trial vaccine never completes a series by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vaccine_pass.status import Status, status_of
from vaccine_pass.vaccines import VACCINES, Vaccine
from verifier_server.errors import NotIssuable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


class GivenDose(Protocol):
    """A dose of the register, as far as it counts: a mapped object or a plain row."""

    number: int
    vaccine: str
    series: int | None
    given_on: date


@dataclass(frozen=True, slots=True)
class DoseState:
    """Doses given, doses of the series, and the last dose; ``series`` is None before any dose."""

    doses: int
    series: int | None
    vaccine: Vaccine | None
    last_dose: date | None

    @property
    def status(self) -> Status:
        """None, partial or complete."""
        return status_of(self.doses, self.series or 1)


NO_DOSE = DoseState(0, None, None, None)


def domestic_state(doses: Sequence[GivenDose]) -> DoseState:
    """Return the state that a domestic pass tells: every recorded dose, trial doses too."""
    state = NO_DOSE
    trials = 0
    for dose in sorted(doses, key=lambda dose: dose.number):
        vaccine = product(dose.vaccine)
        state = DoseState(dose.number, _series(dose, vaccine, state, trials), vaccine, dose.given_on)
        trials += vaccine.trial
    return state


def travel_state(doses: Sequence[GivenDose]) -> DoseState:
    """Return the state that a travel pass tells: trial doses are not on it and do not count."""
    state = NO_DOSE
    trials = 0
    for dose in sorted(doses, key=lambda dose: dose.number):
        vaccine = product(dose.vaccine)
        if vaccine.trial:
            trials += 1
            continue
        state = DoseState(dose.number - trials, _series(dose, vaccine, state, 0), vaccine, dose.given_on)
    return state


def product(key: str) -> Vaccine:
    """Return the product that a dose names.

    :raises NotIssuable: the vaccine table of this version does not know it.
    """
    vaccine = VACCINES.by_key(key)
    if vaccine is None:
        raise NotIssuable(f"The vaccine {key!r} is not in the vaccine table.", code="unknown_vaccine")
    return vaccine


def _series(dose: GivenDose, vaccine: Vaccine, before: DoseState, trials: int) -> int:
    if dose.series:
        return dose.series
    if before.status is Status.COMPLETE and before.series:
        return before.series
    if vaccine.trial:
        return max(vaccine.series, dose.number + 1)
    return vaccine.series + trials
