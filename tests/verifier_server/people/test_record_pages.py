"""Pages on which a clerk corrects, compares, merges, parts and erases; and two clerks at one person."""

import pytest
from sqlalchemy import select

from verifier_server.doses.rules import doses_of
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person, PersonConsent, PersonMerge

from ..builders import NAME, a_person, a_recorded_dose, a_vaccinated_person
from ..conftest import Browser
from .test_pages import FORM


@pytest.fixture
def two(register):
    """One person as two records."""
    with register.writing() as session:
        old = a_person(session, id_number="287654321", phone="")
        new = a_person(session)
        a_recorded_dose(session, old, number=1, day="01/05/2021")
        a_recorded_dose(session, new, number=1, day="01/07/2021")
        return new.id, old.id


def text(answer):
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("vaccine", "offered"), [("NANOCOVAX", 0), ("PFIZER", 1)])
def test_a_travel_pass_is_offered_where_the_doses_allow_one(clerk, register, vaccine, offered):
    with register.writing() as session:
        person = a_vaccinated_person(session, vaccine=vaccine).id
    assert text(clerk.get(f"/people/{person}")).count('name="form" value="travel"') == offered


def test_a_correction_is_saved_and_its_history_is_shown(clerk, register):
    with register.writing() as session:
        person = a_person(session).id
    path = f"/people/{person}/correct"
    answer = clerk.post(path, {**FORM, "full_name": "Trần Thị Hòa", "unit": "2021:79", "former": "former"})
    assert answer.status_code == 302
    page = text(clerk.get(answer.location))
    assert "Trần Thị Hòa" in page
    assert "Hồ Chí Minh" in page
    history = text(clerk.get(path))
    assert f"<s>{NAME}</s> → Trần Thị Hòa" in history
    assert "clerk@example.vn" in history


def test_two_clerks_at_one_person_the_second_sees_what_the_first_changed(app, clerk, register):
    with register.writing() as session:
        person = a_person(session).id
    path, second = f"/people/{person}/correct", Browser(app)
    second.log_in("clerk")
    opened = dict(second.hidden(path))
    clerk.post(path, {**FORM, "phone": "0987654321"})
    sent = {**opened, **FORM, "full_name": "Trần Thị Hòa"}
    refused = second.client.post(path, data=sent, base_url=second.base)
    page = text(refused)
    assert refused.status_code == 422
    assert "Người khác vừa sửa hồ sơ này." in page
    assert "+84987654321" in page
    assert "Trần Thị Hòa" in page
    with register.reading() as session:
        assert (session.get(Person, person).name, session.get(Person, person).phone) == (NAME, "+84987654321")


def test_a_double_click_on_a_correction_saves_once(clerk, register):
    with register.writing() as session:
        person = a_person(session).id
    path = f"/people/{person}/correct"
    sent = {**dict(clerk.hidden(path)), **FORM, "full_name": "Trần Thị Hòa"}
    answers = [clerk.client.post(path, data=sent, base_url=clerk.base).status_code for _press in range(2)]
    assert answers == [302, 302]
    with register.reading() as session:
        assert session.get(Person, person).version == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"full_name": "ă" * 200}, "Tên dài quá mức"),
        ({"full_name": "\u202eaòH nễyugN"}, "Tên chưa đúng."),
        ({"full_name": "Hòa 😀"}, "Tên chưa đúng."),
        ({"dob_year": "1815"}, "Ngày sinh chưa đúng."),
        ({"dob_day": "31", "dob_month": "2"}, "Ngày sinh chưa đúng."),
        ({"dob_day": "31", "dob_month": "7", "dob_year": "2021"}, "Ngày sinh ở tương lai."),
        ({"id_number": "1190000003"}, "mất số 0 ở đầu"),
        ({"id_kind": "cmnd"}, "CMND có 9 chữ số."),
        ({"phone": "0912"}, "Số điện thoại chưa đúng."),
        ({"unit": "2021:99"}, "Hãy chọn tỉnh trong danh sách."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(clerk, register, change, said):
    with register.writing() as session:
        person = a_person(session).id
    answer = clerk.post(f"/people/{person}/correct", {**FORM, **change})
    assert answer.status_code == 422
    assert said in text(answer)
    with register.reading() as session:
        assert session.get(Person, person).version == 1


def test_a_clerk_finds_merges_and_parts_two_records(clerk, register, two):
    new, old = two
    page = text(clerk.get(f"/people/{new}/duplicates"))
    assert "55 trên 100 điểm" in page
    assert "cùng họ tên, cùng ngày sinh, khác loại giấy tờ." in page
    path = f"/people/{new}/merge/{old}"
    assert "Giữ lại" in text(clerk.get(path))
    sent = dict(clerk.hidden(path))
    for _press in range(2):
        assert clerk.client.post(path, data=sent, base_url=clerk.base).status_code == 302
    page = text(clerk.get(f"/people/{new}"))
    assert page.count("Comirnaty") == 2
    assert "287654321" in page
    assert clerk.get(f"/people/{old}").location == f"/people/{new}"
    with register.reading() as session:
        [merged] = session.scalars(select(PersonMerge))
    for _press in range(2):
        assert clerk.post(f"/people/merges/{merged.id}/undo", page="/people/new").status_code == 302
    with register.reading() as session:
        assert [len(doses_of(session, one)) for one in two] == [1, 1]
    assert clerk.get(f"/people/{old}").status_code == 200


def test_two_people_are_not_asked_about_again(clerk, two):
    new, old = two
    assert clerk.post(f"/people/{new}/apart/{old}", page=f"/people/{new}/duplicates").status_code == 302
    assert "Không có hồ sơ nào giống" in text(clerk.get(f"/people/{old}/duplicates"))


def test_consent_is_asked_and_never_assumed(clerk, register):
    with register.writing() as session:
        person = a_person(session).id
    assert "Chưa hỏi." in text(clerk.get(f"/people/{person}"))
    path = f"/people/{person}/consent"
    for sent in ({"how": "paper"}, {"consent": "yes"}, {"consent": "perhaps", "how": "paper"}):
        clerk.post(path, sent, page=f"/people/{person}")
    assert "Chưa hỏi." in text(clerk.get(f"/people/{person}"))
    hidden = dict(clerk.hidden(f"/people/{person}"))
    for _press in range(2):
        clerk.client.post(path, data={**hidden, "consent": "no", "how": "spoken"}, base_url=clerk.base)
    assert "<b>Không đồng ý</b>, bằng lời" in text(clerk.get(f"/people/{person}"))
    with register.reading() as session:
        assert len(session.scalars(select(PersonConsent)).all()) == 1


def test_a_clerk_erases_a_person_after_saying_why_and_that_it_is_the_right_one(clerk, register):
    with register.writing() as session:
        person = a_vaccinated_person(session).id
    clerk.post(f"/people/{person}/passes", {"form": "domestic"}, page=f"/people/{person}")
    path = f"/people/{person}/erase"
    for sent in ({}, {"ground": "request"}, {"sure": "yes"}):
        assert clerk.post(path, sent).status_code == 422
    answer = clerk.post(path, {"ground": "request", "sure": "yes"})
    assert answer.status_code == 302
    gone = clerk.get(f"/people/{person}")
    assert gone.status_code == 410
    assert NAME not in text(gone)
    assert "Không tìm thấy ai." in text(clerk.get("/people?q=thao"))
    with register.reading() as session:
        assert {one.revoked_why for one in session.scalars(select(IssuedPass))} <= {"person erased"}


def test_a_taken_number_leads_to_its_holder(clerk, register):
    with register.writing() as session:
        person = a_person(session).id
    page = text(clerk.post("/people/new", {**FORM, "full_name": "Lê An"}))
    assert f'href="/people/{person}"' in page
