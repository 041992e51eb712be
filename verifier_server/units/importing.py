"""Reading a list of districts and wards from a CSV file into the register, as one version.

The header names ``code``, ``name`` and ``parent``; codes are text, with their zeros: a district has
three digits and a ward five. In the list of 2025 there are no districts, and a ward's parent is its
province. The whole file is checked before anything is written, and replaces the version that was there.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from verifier_server.checks import one_line
from verifier_server.errors import FieldError, ServerError
from verifier_server.units.provinces import PROVINCES
from verifier_server.units.tables import Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

_COLUMNS = ("code", "name", "parent")
_KINDS = {3: "district", 5: "ward"}
_WITHOUT_DISTRICTS = 2025


def import_units(session: Session, path: Path, version: int) -> dict[str, int]:
    """Replace a version's districts and wards by those of a file; returns how many of each kind.

    :raises ServerError: the file cannot be read, or a row is wrong; it names the row.
    """
    units = list(_checked(_rows(path), version))
    session.execute(delete(Unit).where(Unit.version == version))
    if units:
        session.execute(insert(Unit), units)
    return {kind: sum(unit["kind"] == kind for unit in units) for kind in _KINDS.values()}


def _rows(path: Path) -> list[Mapping[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise ServerError(f"{path} cannot be read as CSV in UTF-8: {problem}.", code="bad_units") from problem
    if not rows or not set(_COLUMNS) <= set(rows[0]):
        raise ServerError(f"{path} needs a header with {', '.join(_COLUMNS)}, and rows.", code="bad_units")
    return rows


def _checked(rows: list[Mapping[str, str]], version: int) -> Iterator[dict[str, object]]:
    provinces = PROVINCES[version]
    districts = {row["code"]: row["parent"] for row in rows if len(row["code"] or "") == 3}
    seen: set[str] = set()
    for number, row in enumerate(rows, start=2):
        code, parent = (row["code"] or "").strip(), (row["parent"] or "").strip()
        kind = _KINDS.get(len(code)) if code.isascii() and code.isdigit() else None
        if kind is None or (kind == "district" and version == _WITHOUT_DISTRICTS):
            raise _wrong(number, "its code has not 3 digits (a district, in 2021) or 5 (a ward); zeros count")
        if code in seen:
            raise _wrong(number, "its code stands there twice")
        province = districts.get(parent, "") if kind == "ward" and version != _WITHOUT_DISTRICTS else parent
        if province not in provinces:
            raise _wrong(number, f"its parent is not in the list of {version}")
        seen.add(code)
        try:
            name = one_line("name", row["name"] or "", longest=120)
        except FieldError as problem:
            raise _wrong(number, problem.message) from problem
        yield {
            "version": version,
            "code": code,
            "kind": kind,
            "name": name,
            "parent": parent,
            "province": province,
        }


def _wrong(row: int, why: str) -> ServerError:
    return ServerError(f"Row {row}: {why}.", code="bad_units")
