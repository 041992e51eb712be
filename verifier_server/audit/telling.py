"""What the events of a row say it holds now: told one after the other, the last word of each counts.

Pure functions over events. A detail that was erased tells nothing: what only it said is not known any more, and
is not compared. Left out: reading events and rows (:mod:`verifier_server.audit.rows`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from verifier_server.audit.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_OF_A_DOSE = ("number", "vaccine", "series", "given_on", "lot", "vaccinator", "site")
_OF_A_PERSON = ("name", "birth", "sex", "phone", "id_number", "unit", "merged_into")


class Happened(NamedTuple):
    """One event of a row; ``details`` is None when they were erased."""

    event: int
    kind: str
    at: int
    account: int | None
    site: int | None
    person: int | None
    details: Mapping[str, Any] | None


@dataclass(slots=True)
class Told:
    """What is known of a row: whether it was removed, and its values as far as events tell them."""

    gone: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    def learn(self, values: Mapping[str, Any] | None, names: tuple[str, ...]) -> None:
        """Take over the values of some names; None: they were erased, and these names are not known any more."""
        if values is None:
            for name in names:
                self.values.pop(name, None)
        else:
            self.values.update({name: values[name] for name in names if name in values})


def tell(told: Told, one: Happened) -> None:
    """Add what one event says; a kind that changes no value of its row says nothing."""
    teller = _TELLERS.get(one.kind)
    if teller is not None:
        teller(told, one)


def _dose_recorded(told: Told, one: Happened) -> None:
    told.gone, told.values = False, {"recorded_at": one.at, "recorded_by": one.account, "site": one.site}
    told.values["person"] = one.person
    told.learn(one.details, (*_OF_A_DOSE, "source"))
    if "source" in told.values:
        at_once = told.values["source"] == "back_entry"
        told.values["signed_off_at"] = one.at if at_once else None
        told.values["signed_off_by"] = one.account if at_once else None


def _dose_signed_off(told: Told, one: Happened) -> None:
    told.values.update(signed_off_at=one.at, signed_off_by=one.account)


def _dose_corrected(told: Told, one: Happened) -> None:
    told.learn(None if one.details is None else one.details.get("after", {}), _OF_A_DOSE)


def _dose_renumbered(told: Told, one: Happened) -> None:
    told.learn(one.details, ("number",))


def _dose_moved(told: Told, one: Happened) -> None:
    told.values["person"] = one.person
    told.learn(one.details, ("number",))


def _dose_struck(told: Told, _one: Happened) -> None:
    told.gone, told.values = True, {}


def _pass_issued(told: Told, one: Happened) -> None:
    told.values = {"issued_at": one.at, "issued_by": one.account, "site": one.site, "person": one.person}
    told.values["revoked_at"] = None
    told.learn(one.details, ("form", "serial", "kid", "status", "doses", "series", "expires_at"))


def _pass_moved(told: Told, one: Happened) -> None:
    told.values["person"] = one.person


def _pass_revoked(told: Told, one: Happened) -> None:
    told.values["revoked_at"] = one.at


def _pass_unrevoked(told: Told, _one: Happened) -> None:
    told.values["revoked_at"] = None


def _person_added(told: Told, one: Happened) -> None:
    told.values = {"erased": False, "merged_into": None, "unit": None}
    told.learn(one.details, _OF_A_PERSON)


def _person_learned(told: Told, one: Happened) -> None:
    told.learn(one.details, _OF_A_PERSON)


def _person_corrected(told: Told, one: Happened) -> None:
    told.learn(None if one.details is None else one.details.get("after", {}), _OF_A_PERSON)


def _person_erased(told: Told, _one: Happened) -> None:
    told.values = {"erased": True}


def _account_added(told: Told, one: Happened) -> None:
    told.values = {"active": True}
    if one.account is not None:  # by another account: a second person confirms an approving role
        told.values["confirmed"] = False
    told.learn(one.details, ("email", "role", "site"))


def _account_role_changed(told: Told, one: Happened) -> None:
    told.values["confirmed"] = False
    told.learn(one.details, ("role", "site"))


def _account_reset(told: Told, one: Happened) -> None:
    if one.account is None:  # at the command line the first two approving accounts are confirmed at once
        told.values.pop("confirmed", None)
    else:
        told.values["confirmed"] = False


def _sets(**values: object) -> Callable[[Told, Happened], None]:
    return lambda told, _one: told.values.update(values)


def _token_added(told: Told, one: Happened) -> None:
    told.values = {"ended": False, "site": one.site}
    told.learn(one.details, ("name", "scopes", "expires_at", "account"))


_TELLERS: dict[str, Callable[[Told, Happened], None]] = {
    Kind.DOSE_RECORDED: _dose_recorded,
    Kind.DOSE_SIGNED_OFF: _dose_signed_off,
    Kind.DOSE_CORRECTED: _dose_corrected,
    Kind.DOSE_RENUMBERED: _dose_renumbered,
    Kind.DOSE_MOVED: _dose_moved,
    Kind.DOSE_STRUCK: _dose_struck,
    Kind.PASS_ISSUED: _pass_issued,
    Kind.PASS_REISSUED: _pass_issued,
    Kind.PASS_MOVED: _pass_moved,
    Kind.PASS_REVOKED: _pass_revoked,
    Kind.PASS_UNREVOKED: _pass_unrevoked,
    Kind.PERSON_ADDED: _person_added,
    Kind.PERSON_COMPLETED: _person_learned,
    Kind.PERSON_CORRECTED: _person_corrected,
    Kind.PERSON_JOINED: _person_learned,
    Kind.DETAILS_ERASED: _person_erased,
    Kind.ACCOUNT_ADDED: _account_added,
    Kind.ACCOUNT_OPENED: _sets(active=True),
    Kind.ACCOUNT_CLOSED: _sets(active=False),
    Kind.ACCOUNT_ROLE_CHANGED: _account_role_changed,
    Kind.ACCOUNT_CONFIRMED: _sets(confirmed=True),
    Kind.SECOND_FACTOR_RESET: _account_reset,
    Kind.API_TOKEN_ADDED: _token_added,
    Kind.API_TOKEN_ENDED: _sets(ended=True),
}
