"""The name of a unit with those above it: ward, district, province."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.units.provinces import province_name
from verifier_server.units.tables import Unit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def unit_name(session: Session, version: int | None, code: str | None) -> str | None:
    """Return "Phường X, Quận Y, Hà Nội"; the code where a list was not imported; None where none is known."""
    if not code or version is None:
        return None
    names: list[str] = []
    while len(code) > 2:
        unit = session.get(Unit, (version, code))
        if unit is None:
            return ", ".join([*names, code])
        names.append(unit.name)
        code = unit.parent
    return ", ".join([*names, province_name(code, version)])
