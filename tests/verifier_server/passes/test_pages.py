"""Pages of passes."""

import io
from datetime import timedelta

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from verifier_server.doses.rules import doses_of
from verifier_server.passes.issued import passes_of
from verifier_server.passes.tables import SignerLog
from verifier_server.people.tables import Person

from ..builders import DAY, NAME, a_pass, a_person, a_recorded_dose, a_vaccinated_person


@pytest.fixture
def desk(register, new_desk):
    return new_desk(register)


@pytest.fixture
def person(register):
    with register.writing() as session:
        return a_vaccinated_person(session)


def issue(clerk, person, form):
    return clerk.post(f"/people/{person.id}/passes", {"form": form}, page=f"/people/{person.id}/doses/new")


def test_the_button_issues_and_shows_the_pass(clerk, person):
    answer = issue(clerk, person, "domestic")
    page = clerk.get(answer.location).get_data(as_text=True)
    assert 'data-status="complete"' in page
    assert "Đủ 2 mũi" in page
    assert "30/07/2022" in page


@pytest.mark.parametrize("form", ["domestic", "travel"])
def test_the_page_says_what_was_signed_whatever_became_of_the_record_since(clerk, register, person, form):
    page = issue(clerk, person, form).location
    with register.writing() as session:
        changed = session.get(Person, person.id)
        changed.name, changed.birth = "Trần Thị Khác", 19480000
        for dose in doses_of(session, person.id):
            dose.vaccine, dose.given_on = "AZ", dose.given_on - timedelta(days=1)
    words = clerk.get(page).get_data(as_text=True)
    shown = words[words.index('class="pass-words"') :]
    assert [word for word in (NAME, "31/01/1990", "Comirnaty", "02/04/2021") if word not in shown] == []
    assert [word for word in ("Khác", "1948", "Vaxzevria", "01/04/2021") if word in shown] == []


def test_looking_at_pages_signs_nothing(clerk, register, person, desk):
    issued = a_pass(register, desk, person.id)
    for path in (
        f"/people/{person.id}",
        f"/passes/{issued.id}",
        f"/passes/{issued.id}.png",
        "/",
        "/channel/metadata/timestamp.json",
        f"/people/{person.id}/passes",
    ):
        clerk.get(path)
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(SignerLog)) == 1


@pytest.mark.parametrize("form", ["domestic", "travel"])
def test_the_picture_holds_the_signed_text(clerk, register, person, form):
    answer = issue(clerk, person, form)
    picture = clerk.get(answer.location + ".png")
    assert picture.mimetype == "image/png"
    assert "attachment" in picture.headers["Content-Disposition"]
    assert "Th" not in picture.headers["Content-Disposition"]
    with register.reading() as session:
        (issued,) = passes_of(session, person.id)
    assert zxingcpp.read_barcode(Image.open(io.BytesIO(picture.data))).text == issued.text


def test_a_travel_pass_that_cannot_be_is_refused_in_one_sentence(clerk, register):
    with register.writing() as session:
        person = a_vaccinated_person(session, 2, "NANOCOVAX")
    answer = issue(clerk, person, "travel")
    assert answer.status_code == 409
    assert "Mũi thử nghiệm không có mã của EU" in answer.get_data(as_text=True)


def test_a_form_that_does_not_exist_is_a_wrong_request(clerk, person):
    assert issue(clerk, person, "universal").status_code == 400


def test_a_superseded_pass_says_so_and_leads_to_the_new_one(clerk, register, desk):
    with register.writing() as session:
        person = a_person(session)
        a_recorded_dose(session, person, vaccine="AZ", day="01/06/2021")
    old = a_pass(register, desk, person.id)
    with register.writing() as session:
        a_recorded_dose(session, person, number=2, day="01/07/2021")
        later = a_recorded_dose(session, person, number=3, day="10/07/2021")
        later.recorded_at += 60
    new = a_pass(register, desk, person.id)
    page = clerk.get(f"/passes/{old.id}").get_data(as_text=True)
    assert "Mã này đã được thay bằng mã mới hơn." in page
    assert f'href="/passes/{new.id}"' in page


def test_an_expired_pass_says_so(clerk, register, desk, clock):
    with register.writing() as session:
        person = a_person(session)
    issued = a_pass(register, desk, person.id)
    clock.now += 91 * DAY
    clerk.log_in()
    assert "Mã này đã hết hạn." in clerk.get(f"/passes/{issued.id}").get_data(as_text=True)


def test_the_page_is_in_english_too(clerk, register, person, desk):
    issued = a_pass(register, desk, person.id)
    clerk.get("/language/en")
    page = clerk.get(f"/passes/{issued.id}").get_data(as_text=True)
    assert "Complete: 2 doses" in page
    assert "Valid until" in page


def test_a_page_about_a_person_stays_in_no_cache(clerk, register, person, desk):
    issued = a_pass(register, desk, person.id)
    for path in (f"/people/{person.id}", f"/passes/{issued.id}", f"/passes/{issued.id}.png"):
        assert clerk.get(path).headers["Cache-Control"] == "no-store"
