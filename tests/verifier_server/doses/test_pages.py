"""The page that records a dose."""

import pytest

from verifier_server.doses.rules import doses_of
from verifier_server.passes.issued import passes_of

from ..builders import a_person, a_recorded_dose

FORM = {
    "vaccine": "PFIZER",
    "dose_number": "1",
    "dose_date_day": "01",
    "dose_date_month": "07",
    "dose_date_year": "2021",
    "lot": "FF1234",
    "site": "1",
    "series": "",
    "vaccinator": "",
}


@pytest.fixture
def person(register):
    with register.writing() as session:
        return a_person(session)


def test_a_recorded_dose_waits_for_the_sites_sign_off_and_signs_nothing(clerk, register, person):
    answer = clerk.post(f"/people/{person.id}/doses/new", FORM)
    assert answer.location == f"/people/{person.id}"
    page = clerk.get(answer.location).get_data(as_text=True)
    assert "Đã ghi mũi tiêm." in page
    assert "Chờ điểm tiêm ký xác nhận" in page
    with register.reading() as session:
        (dose,) = doses_of(session, person.id)
        assert not passes_of(session, person.id)
    assert (dose.site_id, dose.source, dose.counts) == (1, "site", False)
    assert dose.recorded_by is not None


def test_a_pass_that_is_issued_meanwhile_does_not_tell_a_dose_that_waits(clerk, register, person):
    clerk.post(f"/people/{person.id}/doses/new", FORM)
    clerk.post(f"/people/{person.id}/passes", {"form": "domestic"}, page=f"/people/{person.id}/doses/new")
    with register.reading() as session:
        (issued,) = passes_of(session, person.id)
    assert (issued.doses, issued.status) == (0, "none")


def test_a_double_click_records_one_dose(clerk, register, person):
    path = f"/people/{person.id}/doses/new"
    hidden = dict(clerk.hidden(path))
    answers = [clerk.client.post(path, data={**FORM, **hidden}, base_url=clerk.base) for _ in range(2)]
    assert answers[0].location == answers[1].location
    with register.reading() as session:
        assert len(doses_of(session, person.id)) == 1


def test_the_form_knows_the_next_dose(clerk, register, person):
    with register.writing() as session:
        a_recorded_dose(session, person, vaccine="AZ", day="01/06/2021")
    page = clerk.get(f"/people/{person.id}/doses/new").get_data(as_text=True)
    assert 'name="dose_number" type="text" value="2"' in page
    assert '<option value="AZ" selected>' in page
    assert 'name="dose_date_day"' in page
    assert 'value="30"' in page


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"dose_date_day": "31", "dose_date_month": "02"}, "Không có ngày này."),
        ({"dose_date_day": "31"}, "Ngày tiêm ở tương lai."),
        ({"vaccine": ""}, "Hãy chọn loại vắc xin."),
        ({"dose_number": "x"}, "Phải là số nguyên từ 1 đến 99."),
        ({"site": "77"}, "Hãy chọn điểm tiêm."),
        ({"site": ""}, "Hãy chọn điểm tiêm."),
    ],
)
def test_a_wrong_dose_is_refused_beside_its_field(clerk, register, person, change, said):
    answer = clerk.post(f"/people/{person.id}/doses/new", {**FORM, **change})
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    with register.reading() as session:
        assert not doses_of(session, person.id)
