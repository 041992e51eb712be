"""Choosing where somebody lives, from the province down: what a form offers, and what was chosen of it.

Districts and wards are those of the imported list; where none was imported, the province is all there is to choose.
The list of 2025 has no districts: there, wards are right below the province. A form is sent once for each step, so
that no script is needed; units are written as `2021:26740`, the version of the list and the code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, exists, select

from verifier_server.errors import FieldError
from verifier_server.units.provinces import PROVINCES, checked_unit
from verifier_server.units.tables import Unit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

FIELDS = ("unit", "district", "ward")
"""The fields of a form: the province, the district, the ward."""

_PROVINCE, _DISTRICT, _WARD = 2, 3, 5


class UnitChoices(NamedTuple):
    """What a form offers.

    :ivar provinces: the lists by their year, each as (unit, name).
    :ivar has_more: whether there are districts or wards below what is chosen.
    """

    provinces: dict[int, list[tuple[str, str]]]
    districts: Sequence[Unit]
    wards: Sequence[Unit]
    has_more: bool


def unit_choices(session: Session, chosen: Mapping[str, str]) -> UnitChoices:
    """Return what a form offers below what it says already."""
    provinces = {year: [(f"{year}:{code}", name) for code, name in names.items()] for year, names in PROVINCES.items()}
    above = _read(chosen.get("unit", ""))
    districts: Sequence[Unit] = []
    wards: Sequence[Unit] = []
    if above is not None and len(above[1]) == _PROVINCE:
        version, province = above
        districts = _units(session, Unit.version == version, Unit.kind == "district", Unit.province == province)
        district = _read(chosen.get("district", ""))
        if not districts:
            wards = _units(session, Unit.version == version, Unit.kind == "ward", Unit.province == province)
        elif district is not None and district[1] in {one.code for one in districts}:
            wards = _units(session, Unit.version == version, Unit.kind == "ward", Unit.parent == district[1])
    any_there = session.scalar(select(exists().where(Unit.version.is_not(None))))
    return UnitChoices(provinces, districts, wards, bool(any_there))


def chosen_unit(session: Session, chosen: Mapping[str, str]) -> tuple[int, str] | None:
    """Return (version, code) of the lowest unit that a form says, or None where nothing was chosen.

    :raises FieldError: a unit that is not in its list, or not below the one that was chosen above it.
    """
    found = checked_unit(chosen.get("unit", ""))
    for name in FIELDS[1:]:
        text = chosen.get(name, "").strip()
        if text:
            found = _below(session, name, text, found)
    return found


def fields_of(session: Session, version: int | None, code: str | None) -> dict[str, str]:
    """Return what a form says about a unit: itself, and those above it as far as the imported list knows them."""
    if version is None or not code:
        return {}
    unit = session.get(Unit, (version, code))
    if unit is None:
        return {"unit": f"{version}:{code}"}
    fields = {"unit": f"{version}:{unit.province}", unit.kind: f"{version}:{code}"}
    if len(unit.parent) == _DISTRICT:
        fields["district"] = f"{version}:{unit.parent}"
    return fields


def _below(session: Session, name: str, text: str, above: tuple[int, str] | None) -> tuple[int, str]:
    wanted = _read(text)
    unit = session.get(Unit, wanted) if wanted is not None else None
    if unit is None or unit.kind != name:
        raise FieldError(name, "Choose the district and the ward from the list.", code="bad_unit_below")
    if above not in {(unit.version, unit.parent), (unit.version, unit.province)}:
        raise FieldError(
            name, "This is not in the unit that was chosen above it: choose again, from the top.", code="unit_elsewhere"
        )
    return unit.version, unit.code


def _read(text: str) -> tuple[int, str] | None:
    year, _, code = text.strip().partition(":")
    known = year in {str(one) for one in PROVINCES} and code.isascii() and code.isdigit()
    return (int(year), code) if known and len(code) in {_PROVINCE, _DISTRICT, _WARD} else None


def _units(session: Session, *where: ColumnElement[bool]) -> Sequence[Unit]:
    return session.scalars(select(Unit).where(*where).order_by(Unit.name, Unit.code)).all()
