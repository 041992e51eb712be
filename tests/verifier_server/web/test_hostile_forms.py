"""Whatever is typed into a form: never a fault, and the form comes back with a sentence and what was typed."""

import html

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from verifier_server.doses.tables import Dose
from verifier_server.people.tables import Person
from verifier_server.sites.tables import Site
from verifier_server.tables import Base
from verifier_server.web.services import services

from ..builders import a_vaccinated_person
from ..conftest import Browser
from .forms import forms_of, forms_on

HOSTILE = (
    "\x00",
    "Nguyễn\x00Văn",
    "a" * 200,
    "ễ" * 200,
    "\u202enăV nễyugN",
    "\u2066Lê\u2069",
    "💉👩‍⚕️",
    '=HYPERLINK("http://x")',
    "+1+1",
    "@SUM(A1)",
    "-2+3",
    "31/02/2021",
    "1815",
    "9" * 60,
    "-1",
    "1e9",
    "٣",
    "½",
    "\t \u00a0\u200b",
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
    "\ufeffLê",
    "Z̴̡̛a̷l̵g̶o̷" * 10,
    "\r\nSet-Cookie: x=1",
    "NULL",
    "<b>",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60).filter(lambda text: "\ud800" not in text))
PERSON = {"full_name": "Lê Thị Hòa", "dob_day": "1", "dob_month": "2", "dob_year": "1990", "gender": "female"}
DOSE = {"dose_number": "3", "vaccine": "PFIZER", "site": "1", "lot": "FF1", "dose_date_day": "1"}
FEW = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def comes_back(answer, sent):
    """Whether a refused form says why beside a field, with everything that was typed still in it."""
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code in {422, 302, 413}, answer.status_code
    if answer.status_code == 422:
        assert 'class="error"' in page or "aria-invalid" in page
        for text in sent.values():
            # A browser sends and shows line ends and NUL in its own way; the rest stays letter by letter.
            if text.isprintable():
                assert text in page, text
    return True


@pytest.fixture
def forms(app, clerk, register):
    """The forms that clerks type into, with a person who has two doses."""
    with register.writing() as session:
        a_vaccinated_person(session)
    return {path: forms_on(clerk, path)[-1] for path in ("/people/new", "/people/1/doses/new")}


@FEW
@given(data=st.data())
def test_any_text_in_any_field_of_a_person(clerk, forms, data):
    form = forms["/people/new"]
    fields = [name for name in form.values if name not in form.hidden]
    changed = data.draw(st.dictionaries(st.sampled_from(fields), TEXTS, min_size=1, max_size=3))
    kept = {name: value for name, value in {**PERSON, **changed}.items() if name not in {"gender", "id_kind"}}
    sent = {**form.values, **PERSON, **changed, "token": ""}
    assert comes_back(clerk.client.post(form.action, data=sent, base_url=clerk.base), kept)


@FEW
@given(data=st.data())
def test_any_text_in_any_field_of_a_dose(clerk, forms, data):
    form = forms["/people/1/doses/new"]
    fields = [name for name in form.values if name not in form.hidden]
    changed = data.draw(st.dictionaries(st.sampled_from(fields), TEXTS, min_size=1, max_size=3))
    kept = {name: value for name, value in changed.items() if name not in {"vaccine", "site", "warned"}}
    sent = {**form.values, **DOSE, **changed, "token": ""}
    assert comes_back(clerk.client.post(form.action, data=sent, base_url=clerk.base), kept)


@FEW
@given(text=TEXTS)
def test_any_text_as_a_sites_name(administrator, text):
    form = forms_on(administrator, "/sites")[-1]
    sent = {**form.values, "site": text}
    assert comes_back(administrator.client.post("/sites", data=sent, base_url=administrator.base), {"site": text})


@pytest.mark.parametrize("text", ["\x00", "Lê\x00Hòa", "\u202e", "9" * 200, "💉"])
def test_a_search_for_anything_finds_nobody_on_each_database(app_on_each, text):
    browser = Browser(app_on_each)
    browser.log_in()
    assert browser.get("/people", query_string={"q": text}).status_code == 200


def test_every_form_of_every_page_takes_every_hostile_text_on_each_database(app_on_each, caplog):
    with app_on_each.app_context(), services().storage.writing() as session:
        a_vaccinated_person(session)
    for role in ("clerk", "administrator"):
        browser = Browser(app_on_each)
        browser.log_in(role)
        for form in forms_of(browser, app_on_each):
            for text in ("\x00", "💉" * 40, "9" * 60, "\u202e=1+1"):
                answer = browser.client.post(form.action, data=form.filled(text), base_url=browser.base)
                assert answer.status_code < 500, (form.action, text, answer.status_code, caplog.text[-4000:])


def test_bytes_that_are_no_text_are_no_fault(clerk):
    form = forms_on(clerk, "/people/new")[-1]
    token = form.values["csrf_token"]
    body = b"csrf_token=" + token.encode() + b"&full_name=%ff%fe%80&dob_year=%c3%28&gender=%00"
    answer = clerk.client.post(
        "/people/new", data=body, content_type="application/x-www-form-urlencoded", base_url=clerk.base
    )
    assert answer.status_code == 422


def test_every_button_pressed_twice_does_its_work_once(app, clerk, administrator, register):
    with register.writing() as session:
        a_vaccinated_person(session)
    fillings = {
        "/people/new": PERSON,
        "/people/1/doses/new": {**DOSE, "dose_date_month": "7", "dose_date_year": "2021"},
    }
    for visitor in (clerk, administrator):
        for form in forms_of(visitor, app):
            sent = {
                **form.values,
                **fillings.get(form.action, {}),
                **({"site": "Trạm mới"} if "sites" in form.action else {}),
            }
            first = visitor.client.post(form.action, data=sent, base_url=visitor.base)
            after_one = _rows(register)
            second = visitor.client.post(form.action, data=sent, base_url=visitor.base)
            assert second.status_code < 500, form.action
            if first.status_code < 400 and form.action not in MAY_REPEAT:
                assert _rows(register) == after_one, form.action


# Asked for again, these do it again on purpose, and nothing is doubled by it: what each does is to look, or to set.
MAY_REPEAT = {"/audit/verify"}
_MOVES = {"login_attempts", "audit_event", "audit_detail", "audit_waiting"}


def _rows(register):
    with register.reading() as session:
        tables = {name: table for name, table in Base.metadata.tables.items() if name not in _MOVES}
        return {name: session.scalar(select(func.count()).select_from(table)) for name, table in tables.items()}


def test_two_presses_of_the_same_forms_are_one_person_one_dose_and_one_site(clerk, administrator, register):
    with register.writing() as session:
        a_vaccinated_person(session)
    person = {**forms_on(clerk, "/people/new")[-1].values, **PERSON}
    dose = {**forms_on(clerk, "/people/1/doses/new")[-1].values, **DOSE}
    dose |= {"dose_date_month": "7", "dose_date_year": "2021"}
    site = {**forms_on(administrator, "/sites")[-1].values, "site": "Trạm mới"}
    for _press in range(2):
        clerk.client.post("/people/new", data=person, base_url=clerk.base)
        clerk.client.post("/people/1/doses/new", data=dose, base_url=clerk.base)
        administrator.client.post("/sites", data=site, base_url=administrator.base)
    with register.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(table)) for table in (Person, Dose, Site)]
    assert counts == [2, 3, 2]
