"""Splitting a chunk so that each person comes once in each part."""

from hypothesis import given
from hypothesis import strategies as st

from verifier_server.bulk.rows import RowEntry
from verifier_server.bulk.waves import waves

from ..builders import an_entry

NAMES = ("Trần An", "Lê Bình", "Hồ Chi")
IDS = ("001190000001", "001190000002", "")


def entries(choices):
    return [
        RowEntry(row, an_entry(name=name, id_number=number), None, None)
        for row, (name, number) in enumerate(choices, start=2)
    ]


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(IDS)), max_size=20))
def test_rows_that_touch_each_other_keep_their_order(choices):
    rows = entries(choices)
    parts = waves(rows)
    place = {entry.row: number for number, part in enumerate(parts) for entry in part}
    assert sorted(place) == [entry.row for entry in rows]
    for one in rows:
        for other in rows:
            shared = one.name_key == other.name_key or (
                one.person.id_number and one.person.id_number == other.person.id_number
            )
            if one.row < other.row and shared:
                assert place[one.row] < place[other.row]


def test_different_people_are_handled_together():
    rows = [RowEntry(row, an_entry(name=name, phone="", id_number=""), None, None) for row, name in enumerate(NAMES)]
    assert len(waves(rows)) == 1


def test_who_may_be_the_same_person_is_handled_one_after_the_other():
    alike = [
        an_entry(name="Lê Hoà", birth="1990", phone="", id_number=""),
        an_entry(name="LE HOA", birth="02/03/1990", phone="", id_number=""),
        an_entry(name="Lý An", birth="1955", phone="0911111111", id_number=""),
        an_entry(name="Lý Ann", birth="1955", phone="0911111111", id_number=""),
    ]
    parts = waves(RowEntry(row, person, None, None) for row, person in enumerate(alike))
    assert [[one.row for one in part] for part in parts] == [[0, 2], [1, 3]]
