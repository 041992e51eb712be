"""Splitting a chunk of rows so that each person comes once in each part.

Rows act on the register in the order of the file. Rows of different people do not touch each
other, so all first rows of people may be handled together, then all second rows, and so on: the
same result as one by one, with a few queries for hundreds of rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaccine_pass.names import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verifier_server.bulk.rows import RowEntry


def waves(entries: Iterable[RowEntry]) -> list[list[RowEntry]]:
    """Return the entries in parts, in each of which nobody comes who looks like another one.

    That is: the same name without marks and year of birth, the same number, or the same phone, which
    is what people are looked up by in the register.
    """
    next_wave: dict[object, int] = {}
    parts: list[list[RowEntry]] = []
    for entry in entries:
        keys = _keys(entry)
        number = max(next_wave.get(key, 0) for key in keys)
        if number == len(parts):
            parts.append([])
        parts[number].append(entry)
        next_wave.update(dict.fromkeys(keys, number + 1))
    return parts


def _keys(entry: RowEntry) -> list[object]:
    person = entry.person
    number = person.paper[2] if person.paper else person.id_number
    keys: list[object] = [(plain(person.name), person.birth.year)]
    return keys + [one for one in (number, person.phone) if one]
