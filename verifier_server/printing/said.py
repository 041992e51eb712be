"""What a pass's signed text says, to be printed beside its code.

Paper shows what was signed and nothing else: a register that was changed since, or by hand, changes no print. The
text is the register's own; whether its signature is good is the checkpoint's question.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from vaccine_pass import domestic, travel
from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import CheckpointError
from vaccine_pass.vaccines import VACCINES
from verifier_server.passes.reconcile import payload_of
from verifier_server.printing.fault import PrintFault

if TYPE_CHECKING:
    from datetime import date


class Said(NamedTuple):
    """The claims of a pass as they are printed; ``birth`` as DD/MM/YYYY with dashes for what is not known."""

    name: str
    birth: str
    vaccine: str | None
    last_dose: date | None


def said_by(text: str) -> Said:
    """Return what a pass's text says.

    :param text: ``VN1:…`` or ``HC1:…``.
    :raises PrintFault: it is no pass of either form.
    """
    try:
        payload = payload_of(text)
        return _domestic(payload) if text.startswith(domestic.PREFIX) else _travel(payload)
    except CheckpointError as problem:
        raise PrintFault("This pass cannot be read: issue a new one.", code="pass_unreadable") from problem


def _domestic(payload: bytes) -> Said:
    claims = domestic.read(payload)
    vaccine = None if claims.vaccine is None else VACCINES.display_name(claims.vaccine)
    return Said(claims.name, claims.birth.display, vaccine, claims.last_dose)


def _travel(payload: bytes) -> Said:
    certificate = travel.read(payload)
    _doses, _series, _status, vaccine, last = travel.vaccination(certificate.entry, VACCINES)
    birth = certificate.birth or PartialDate(0, 0, 0)
    return Said(f"{certificate.family_name} {certificate.given_name}".strip(), birth.display, vaccine, last)
