"""A province or district means the people of all its wards, in the list of the same year."""

import pytest
from sqlalchemy import select

from verifier_server.people.tables import Person
from verifier_server.printing.choosing import Choice, _conditions
from verifier_server.units.tables import Unit
from verifier_server.units.within import lives_in

from ..builders import NOW, a_person

UNITS = (
    (2021, "001", "district", "Quận Mẫu", "01", "01"),
    (2021, "00001", "ward", "Phường Một", "001", "01"),
    (2021, "00004", "ward", "Phường Hai", "001", "01"),
    (2025, "00004", "ward", "Phường Hai mới", "04", "04"),
)
LIVES = (("2021", "00001"), ("2021", "00004"), ("2025", "00004"), ("2021", "001"), ("2021", "01"), ("2021", "79"))


@pytest.fixture
def settled(storage):
    """Six people: in two wards, in a ward of the later list with an old code, a district, and two provinces."""
    with storage.writing() as session:
        for version, code, kind, name, parent, province in UNITS:
            session.add(Unit(version=version, code=code, kind=kind, name=name, parent=parent, province=province))
        for n, (version, code) in enumerate(LIVES):
            person = a_person(session, name=f"Lê {'ABCDEF'[n]}", id_number=f"00119000000{n}", phone=f"091234560{n}")
            person.unit_version, person.unit = int(version), code
    return storage


@pytest.mark.parametrize(
    ("code", "version", "found"),
    [
        ("00001", 2021, "A"),
        ("001", 2021, "ABD"),
        ("01", 2021, "ABDE"),
        ("04", 2025, "C"),
        ("00004", None, "BC"),
        ("79", 2021, "F"),
        ("80", 2021, ""),
    ],
)
def test_who_lives_in_a_unit_is_whoever_lives_in_one_of_its_wards(settled, code, version, found):
    with settled.reading() as session:
        names = session.scalars(select(Person.name).where(lives_in(code, version)).order_by(Person.name)).all()
    assert "".join(name[-1] for name in names) == found


def test_cards_of_a_district_are_those_of_its_wards(settled):
    """`print-cards --unit 001` found only people whose own record says "001"."""
    with settled.reading() as session:
        condition = _conditions(Choice(unit="001"), NOW)[-1]
        assert len(session.scalars(select(Person).where(condition)).all()) == 3
