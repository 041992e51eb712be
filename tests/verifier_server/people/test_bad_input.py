"""What is mistyped and what attackers send: a clear sentence beside the field, in the form, in the API and in FHIR."""

import pytest
from sqlalchemy import func, select

from verifier_server.people.tables import Person

from ..api.conftest import System

GOOD = {"name": "Lê Thị Hòa", "birth": "1990-02-01", "id_number": "001190000003", "phone": "0912345678"}
BAD = {
    "a year of long ago": ("birth", "1815-02-01"),
    "tomorrow": ("birth", "2021-07-31"),
    "31 February": ("birth", "1990-02-31"),
    "words for a date": ("birth", "hôm qua"),
    "a name of 200 letters": ("name", "Nguyễn " * 28 + "Vănn"),
    "a name of one emoji": ("name", "💉"),
    "an emoji in a name": ("name", "Lê 👩‍⚕️ Hòa"),
    "a name that turns the line round": ("name", "Lê \u202eòaH"),
    "an isolate": ("name", "\u2066Lê Hòa\u2069"),
    "no name": ("name", " \u200b"),
    "a formula": ("name", "=1+1"),
    "a CCCD that lost its zeros": ("id_number", "1190000003"),
    "a CMND that lost its zero": ("id_number", "12345678"),
    "digits of another script": ("id_number", "٠٠١١٩٠٠٠٠٠٠٣"),
    "a phone of words": ("phone", "không có"),
}
IN_FORM = {"name": "full_name", "birth": "dob"}
IN_FHIR = {"birth": "birthDate", "id_number": "identifier", "phone": "telecom"}


@pytest.fixture
def desk(app, register, clerk):
    """A clerk's form, the API and FHIR, side by side."""
    return clerk, System(app, register)


def in_the_form(person):
    year, month, day = (*person["birth"].split("-"), "", "")[:3]
    born = {"dob_year": year, "dob_month": month, "dob_day": day, "gender": "female"}
    return {"full_name": person["name"], "id_number": person["id_number"], "phone": person["phone"], **born}


def in_fhir(person):
    told = {"resourceType": "Patient", "name": [{"text": person["name"]}], "birthDate": person["birth"]}
    told["telecom"] = [{"system": "phone", "value": person["phone"]}]
    return told | {"identifier": [{"value": person["id_number"]}]}


@pytest.mark.parametrize(("field", "text"), BAD.values(), ids=BAD)
def test_it_is_said_beside_the_field_and_nobody_is_entered(desk, register, field, text):
    clerk, system = desk
    person = {**GOOD, field: text}
    page = clerk.post("/people/new", in_the_form(person))
    named = IN_FORM.get(field, field)
    assert page.status_code == 422
    assert f'id="{named}-wrong"' in page.get_data(as_text=True)
    told = system.post("/api/v1/people", person)
    assert (told.status_code, [one["field"] for one in told.json["errors"]]) == (422, [field])
    assert told.json["errors"][0]["detail"].endswith(".")
    assert text not in told.get_data(as_text=True)
    told = system.post("/api/fhir/Patient", in_fhir(person))
    if told.status_code != 400:  # what is no Patient at all
        assert (told.status_code, [one["field"] for one in told.json["errors"]]) == (422, [IN_FHIR.get(field, field)])
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_name_with_letters_of_another_direction_is_a_name(desk):
    clerk, _system = desk
    answer = clerk.post("/people/new", in_the_form({**GOOD, "name": "محمد علي"}))
    assert answer.status_code == 302
    assert "محمد علي" in clerk.get(answer.location).get_data(as_text=True)


def test_two_clerks_at_one_person_lose_nothing_in_any_order(app, register, desk):
    from ..conftest import Browser

    first, _system = desk
    second = Browser(app)
    second.log_in()
    first.post("/people/new", in_the_form(GOOD))
    opened = {
        **dict(second.hidden("/people/1/correct")),
        **in_the_form(GOOD),
        "phone": "0987654321",
        "former": "former",
    }
    first.post("/people/1/correct", {**in_the_form(GOOD), "name": "", "full_name": "Lê Thị Hoa", "former": "former"})
    late = second.client.post("/people/1/correct", data=opened, base_url=second.base)
    page = late.get_data(as_text=True)
    assert late.status_code == 422
    assert "Người khác vừa sửa hồ sơ này" in page
    assert "Lê Thị Hoa" in page
    assert 'value="0987654321"' in page
    with register.reading() as session:
        person = session.get(Person, 1)
        assert (person.name, person.phone) == ("Lê Thị Hoa", "+84912345678")


def test_every_button_of_these_pages_pressed_twice_does_its_work_once(desk, register):
    from verifier_server.people.tables import NotTheSame, PersonConsent, PersonMerge

    clerk, _system = desk
    for again in ({}, {"id_number": "", "phone": "0987654321"}, {"id_number": "012345678", "phone": ""}):
        clerk.post("/people/new", in_the_form({**GOOD, **again}))
    presses = {
        "/people/1/apart/3": ("/people/1/duplicates", {}),
        "/people/1/merge/2": ("/people/1/merge/2", {}),
        "/people/1/consent": ("/people/1", {"consent": "yes", "how": "paper"}),
    }
    for path, (page, fields) in presses.items():
        sent = {**dict(clerk.hidden(page)), **fields}
        answers = [clerk.client.post(path, data=sent, base_url=clerk.base).status_code for _press in range(2)]
        assert (path, answers) == (path, [302, 302])
    undo = dict(clerk.hidden("/people/1"))
    for _press in range(2):
        assert clerk.client.post("/people/merges/1/undo", data=undo, base_url=clerk.base).status_code == 302
    with register.reading() as session:
        counts = [
            session.scalar(select(func.count()).select_from(one)) for one in (NotTheSame, PersonMerge, PersonConsent)
        ]
        assert counts == [1, 1, 1]
        assert session.get(Person, 2).merged_into is None
    gone = {**dict(clerk.hidden("/people/3/erase")), "ground": "request", "sure": "yes"}
    presses = [clerk.client.post("/people/3/erase", data=gone, base_url=clerk.base).status_code for _press in range(2)]
    assert presses[0] == 302
    assert presses[1] < 500
