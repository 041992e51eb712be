"""A report of something wrong: from the citizen to the clerk, and the answer back."""

import io

import pytest
from PIL import Image
from sqlalchemy import func, select

from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.corrections.requests import answer, ask, passes_reported
from verifier_server.corrections.tables import CorrectionRequest
from verifier_server.errors import FieldError, FieldErrors, ServerError
from verifier_server.passes.tables import IssuedPass

from ..builders import NOW, a_pass, a_vaccinated_person
from ..health_book.conftest import citizen, family, phone  # noqa: F401  fixtures

TEXT = "Tên tôi là Thảo, không phải Thào."


def a_picture():
    made = io.BytesIO()
    Image.new("RGB", (400, 300), "red").save(made, "PNG")
    return made.getvalue()


def a_report(session, person_id=1, token="t" * 24, **more):
    details = {"about": "name", "text": TEXT, "picture": None, **more}
    return ask(session, person_id, token=token, now=NOW, **details)


def test_from_the_report_to_the_answer_that_the_citizen_sees(citizen, clerk, register):  # noqa: F811
    hidden = dict(citizen.hidden("/book/people/1/wrong"))
    sent = {**hidden, "about": "name", "text": TEXT}
    for _ in range(2):  # a double click
        answered = citizen.client.post(
            "/book/people/1/wrong",
            data={**sent, "picture": (io.BytesIO(a_picture()), "id.png")},
            base_url=citizen.base,
            content_type="multipart/form-data",
        )
        assert answered.location == "/book/people/1#reports"
    assert "Chờ cán bộ trả lời." in citizen.page("/book/people/1")

    assert "Phương Thảo" in clerk.get("/corrections").get_data(as_text=True)
    page = clerk.get("/corrections/1").get_data(as_text=True)
    assert TEXT in page
    assert clerk.get("/corrections/1/picture").data.startswith(b"\xff\xd8")
    wrong = clerk.post("/corrections/1/answer", {"outcome": "", "answer": ""}, page="/corrections/1")
    assert wrong.status_code == 422
    done = {"outcome": "corrected", "answer": "Đã sửa tên theo căn cước."}
    assert clerk.post("/corrections/1/answer", done, page="/corrections/1").location == "/corrections"
    assert "Đã sửa tên theo căn cước." in citizen.page("/book/people/1")
    assert clerk.get("/corrections/1/picture").status_code == 404
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(CorrectionRequest)) == 1
        kinds = session.scalars(select(AuditEvent.kind).where(AuditEvent.subject == "correction_request")).all()
        assert kinds == ["correction_requested", "correction_answered"]
        assert "Thào" not in repr(session.scalars(select(AuditDetail.details)).all())


def test_only_clerks_see_a_report(citizen, administrator, register):  # noqa: F811
    with register.writing() as session:
        a_report(session, picture=a_picture())
    for path in ("/corrections", "/corrections/1", "/corrections/1/picture"):
        assert administrator.get(path).status_code == 403
        assert citizen.get(path).location.startswith("/login")


def test_what_is_wrong_with_a_report_is_said_all_at_once(lite):
    with lite.writing() as session:
        a_vaccinated_person(session)
    with lite.writing() as session, pytest.raises(FieldErrors) as said:
        a_report(session, about="x", text=" \r\n ", picture=b"no picture")
    assert {problem.field for problem in said.value.problems} == {"about", "text", "picture"}
    with lite.writing() as session, pytest.raises(FieldError):
        a_report(session, text="x" * 2_001)


def test_five_reports_wait_for_one_person_and_no_more(lite):
    with lite.writing() as session:
        a_vaccinated_person(session)
        for number in range(5):
            a_report(session, token=f"{number:024}")
        with pytest.raises(FieldError):
            a_report(session, token="another token of the form")
        assert a_report(session, token=f"{4:024}").id == 5


def test_a_report_is_answered_once(storage):
    with storage.writing() as session:
        a_vaccinated_person(session)
        number = a_report(session).id
        answer(session, number, outcome="declined", text="Đúng như giấy tờ.", by=None, now=NOW)
    with storage.writing() as session, pytest.raises(ServerError):
        answer(session, number, outcome="corrected", text="Đã sửa.", by=None, now=NOW)


def test_passes_of_people_with_an_open_report_are_counted(storage, desk):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    a_pass(storage, desk, person.id)
    with storage.writing() as session:
        assert passes_reported(session, [IssuedPass.form == "domestic"]) == 0
        a_report(session, person.id)
        assert passes_reported(session, [IssuedPass.form == "domestic"]) == 1
        assert passes_reported(session, [IssuedPass.form == "travel"]) == 0
