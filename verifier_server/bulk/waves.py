"""Splitting a chunk of rows so that each person comes once in each part.

Rows act on the register in the order of the file. Rows of different people do not touch each
other, so all first rows of people may be handled together, then all second rows, and so on: the
same result as one by one, with a few queries for hundreds of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verifier_server.bulk.rows import RowEntry


def waves(entries: Iterable[RowEntry]) -> list[list[RowEntry]]:
    """Return the entries in parts, in each of which no name with birth date and no ID number comes twice."""
    next_wave: dict[object, int] = {}
    parts: list[list[RowEntry]] = []
    for entry in entries:
        keys = [entry.name_key, *([entry.person.id_number] if entry.person.id_number else [])]
        number = max(next_wave.get(key, 0) for key in keys)
        if number == len(parts):
            parts.append([])
        parts[number].append(entry)
        next_wave.update(dict.fromkeys(keys, number + 1))
    return parts
