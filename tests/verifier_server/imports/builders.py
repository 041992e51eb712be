"""Files as they came in: mostly right, with all the damage that the field has seen."""

import random

from ..builders import a_record, many_records

DAMAGE = (
    {"dob": "31/02/1990"},
    {"dob": "1815"},
    {"dose_date": "01/01/2090"},
    {"id_number": "1190000003"},
    {"id_number": "1.19E+11"},
    {"full_name": "=HYPERLINK(A1)"},
    {"full_name": "a" * 200},
    {"full_name": "Lê \u202eHòa"},
    {"phone": "12"},
    {"vaccine": "TEA"},
    {"dose_number": "0"},
    {"full_name": "Lê 🙂 Hòa"},
)
"""Each of these makes a row that is refused."""


def damaged_records(count, *, every=10, seed=1):
    """People with one or two doses each, shuffled a little, and damage in every so-manieth row; with its number."""
    chance = random.Random(seed)
    rows, damaged = [], 0
    for at, record in enumerate(many_records(count)):
        if at % every == every - 1:
            rows.append(record | DAMAGE[(at // every) % len(DAMAGE)])
            damaged += 1
        elif at % 3 == 0 and rows:
            earlier = rows[chance.randrange(max(0, len(rows) - 50), len(rows))]
            rows.append(earlier | {"dose_number": "2", "dose_date": "29/07/2021"})
        else:
            rows.append(record)
    return rows, damaged


def a_doubtful_record(**changes):
    """The same name, birth date and phone as `a_record`, with another number: a clerk must decide."""
    return a_record(id_number="001190999999", dose_number="2", dose_date="29/07/2021", **changes)
