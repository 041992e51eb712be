"""Where somebody lives, down to the ward, chosen step by step without a script."""

import pytest
from sqlalchemy import insert

from verifier_server.people.tables import Person
from verifier_server.units.tables import Unit

PERSON = {"full_name": "Lê Thị Hòa", "dob_day": "1", "dob_month": "2", "dob_year": "1990", "gender": "female"}
UNITS = [
    (2021, "760", "district", "Quận 1", "79", "79"),
    (2021, "769", "district", "Thành phố Thủ Đức", "79", "79"),
    (2021, "26740", "ward", "Phường Bến Nghé", "760", "79"),
    (2021, "26794", "ward", "Phường Linh Xuân", "769", "79"),
    (2021, "001", "district", "Quận Ba Đình", "01", "01"),
    (2025, "26750", "ward", "Phường Sài Gòn", "79", "79"),
]


@pytest.fixture
def units(register):
    """A list of a few units of both versions."""
    names = ("version", "code", "kind", "name", "parent", "province")
    with register.writing() as session:
        session.execute(insert(Unit), [dict(zip(names, one, strict=True)) for one in UNITS])


def sent(clerk, path="/people/new", **fields):
    answer = clerk.post(path, {**PERSON, **fields})
    return answer, answer.get_data(as_text=True)


def lives(register, person=1):
    with register.reading() as session:
        found = session.get(Person, person)
        return (found.unit_version, found.unit) if found else None


def test_each_step_shows_what_is_below_keeps_what_was_typed_and_saves_nothing(clerk, register, units):
    answer, page = sent(clerk, unit="2021:79", step="units")
    assert answer.status_code == 200
    assert "Thành phố Thủ Đức" in page
    assert "Ba Đình" not in page
    assert 'value="Lê Thị Hòa"' in page
    _, page = sent(clerk, unit="2021:79", district="2021:760", step="units")
    assert "Phường Bến Nghé" in page
    assert "Linh Xuân" not in page
    assert lives(register) is None
    answer, _ = sent(clerk, unit="2021:79", district="2021:760", ward="2021:26740")
    assert answer.status_code == 302
    assert lives(register) == (2021, "26740")
    assert "Phường Bến Nghé, Quận 1, Hồ Chí Minh" in clerk.get("/people/1").get_data(as_text=True)
    page = clerk.get("/people/1/correct").get_data(as_text=True)
    assert '<option value="2021:26740" selected>' in page
    assert '<option value="2021:760" selected>' in page


def test_the_list_of_2025_goes_from_the_province_to_the_ward(clerk, register, units):
    _, page = sent(clerk, unit="2025:79", step="units")
    assert "Phường Sài Gòn" in page
    assert 'name="district"' not in page
    sent(clerk, unit="2025:79", ward="2025:26750")
    assert lives(register) == (2025, "26750")
    page = clerk.get("/people/1/correct").get_data(as_text=True)
    assert '<option value="2025:26750" selected>' in page


@pytest.mark.parametrize(
    ("chosen", "saved"),
    [
        ({"unit": "2021:79", "district": "2021:760"}, (2021, "760")),
        ({"unit": "2025:01"}, (2025, "01")),
        ({"unit": ""}, (None, None)),
        ({"unit": "2021:01", "district": "2021:760"}, None),
        ({"unit": "2021:79", "district": "2021:760", "ward": "2021:26794"}, None),
        ({"unit": "2025:79", "district": "2021:760"}, None),
        ({"unit": "2021:79", "district": "2021:26740"}, None),
        ({"unit": "2021:79", "ward": "2021:99999"}, None),
        ({"unit": "2021:79", "ward": "💉"}, None),
        ({"unit": "", "ward": "2021:26740"}, None),
    ],
)
def test_what_does_not_fit_together_is_said_beside_its_field(clerk, register, units, chosen, saved):
    answer, page = sent(clerk, **chosen)
    assert lives(register) == saved
    if saved is None:
        assert answer.status_code == 422
        assert 'id="district-wrong"' in page or 'id="ward-wrong"' in page


def test_a_new_province_above_an_old_district_begins_anew(clerk, register, units):
    sent(clerk, unit="2021:79", district="2021:760", ward="2021:26740")
    answer = clerk.post("/people/1/correct", {**PERSON, "unit": "2021:01", "district": "2021:760", "step": "units"})
    page = answer.get_data(as_text=True)
    assert "Quận Ba Đình" in page
    assert "Bến Nghé" not in page
    clerk.post("/people/1/correct", {**PERSON, "unit": "2021:01", "district": "2021:001", "former": "former"})
    assert lives(register) == (2021, "001")


def test_where_no_list_was_imported_there_is_only_the_province(clerk, register):
    page = clerk.get("/people/new").get_data(as_text=True)
    assert 'name="step"' not in page
    sent(clerk, unit="2021:79")
    assert lives(register) == (2021, "79")
