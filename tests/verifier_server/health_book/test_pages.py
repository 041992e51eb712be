"""The citizen's pages: the code in its colour, both forms, paper, and nobody else's."""

import io
import re

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import select

from vaccine_pass.verdict import Outcome
from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass
from verifier_server.web.services import services

from ..builders import NOW
from .conftest import CHILD, MOTHER


def issue(citizen, person=MOTHER, form="domestic"):
    return citizen.post(f"/book/people/{person}/passes", {"form": form})


def test_the_code_is_issued_on_request_for_what_is_signed_off_and_by_no_account(citizen, register, verifier):
    assert "Lấy mã QR" in citizen.page("/book/people/1")
    assert issue(citizen).location == "/book/people/1"
    assert issue(citizen).location == "/book/people/1"
    page = citizen.page("/book/people/1")
    assert 'data-status="complete"' in page
    assert "Lấy mã" not in page
    with register.reading() as session:
        [issued] = session.scalars(select(IssuedPass))
        assert (issued.issued_by, issued.site_id, issued.doses) == (None, None, 2)
        event = session.scalar(select(AuditEvent).where(AuditEvent.kind == "pass_issued"))
        assert '"asked_by":"citizen"' in session.get(AuditDetail, event.id).details
    assert verifier.judge(issued.text, NOW).outcome is Outcome.ACCEPTED


def test_the_citizen_reads_until_when_the_card_counts_and_what_a_new_code_does_to_it(citizen, app):
    issue(citizen)
    assert "dùng đến 30/07/2022, cả khi đã có mã mới" in citizen.page("/book/people/1")
    with app.app_context():
        object.__setattr__(services().config.settings, "new_pass_ends_old", True)
    assert "Khi có mã mới, thẻ đã in trước đó không còn dùng được" in citizen.page("/book/people/1")


def test_a_dose_that_waits_is_shown_as_waiting_and_is_on_no_code(citizen, register):
    with register.writing() as session:
        session.scalar(select(Dose).where(Dose.number == 2)).signed_off_at = None
    issue(citizen)
    page = citizen.page("/book/people/1")
    assert 'data-status="partial"' in page
    assert page.count("Chờ điểm tiêm ký xác nhận") == 1
    with register.writing() as session:
        session.scalar(select(Dose).where(Dose.number == 2)).signed_off_at = NOW
    assert "Lấy mã mới" in citizen.page("/book/people/1")
    issue(citizen)
    assert 'data-status="complete"' in citizen.page("/book/people/1")


def test_both_forms_and_a_child_without_a_dose(citizen, register):
    issue(citizen, form="travel")
    assert "HC1:" not in citizen.page("/book/people/1/travel")  # it is drawn, not written
    issue(citizen, CHILD)
    assert 'data-status="none"' in citizen.page(f"/book/people/{CHILD}")
    assert issue(citizen, CHILD, "domestic").status_code == 302
    refused = citizen.post(f"/book/people/{CHILD}/passes", {"form": "travel"})
    assert refused.status_code == 409
    assert citizen.post("/book/people/1/passes", {"form": "gold"}).status_code == 400


@pytest.mark.parametrize("path", ["", "/travel", "/wrong", "/domestic-a4.pdf"])
@pytest.mark.parametrize("number", ["3", "4711", "99999999999999999999"])
def test_somebody_else_is_nobody(citizen, number, path):
    assert citizen.get(f"/book/people/{number}{path}").status_code == 404


def test_no_pass_is_made_for_somebody_else(citizen, register):
    assert issue(citizen, 3).status_code == 404
    with register.reading() as session:
        assert session.scalar(select(IssuedPass)) is None


@pytest.mark.parametrize(("layout", "codes"), [("a4", 1), ("card", 2)])
def test_paper_is_an_equal_and_holds_the_same_code(citizen, register, layout, codes):
    assert citizen.get(f"/book/people/1/domestic-{layout}.pdf").status_code == 404
    issue(citizen)
    answer = citizen.get(f"/book/people/1/domestic-{layout}.pdf")
    assert answer.mimetype == "application/pdf"
    pages = pypdfium2.PdfDocument(io.BytesIO(answer.data))
    read = [code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]
    with register.reading() as session:
        assert read == [session.scalar(select(IssuedPass.text))] * codes


def test_the_manifest_and_the_worker_are_public_and_say_nothing_of_anybody(browser):
    manifest = browser.get("/book/manifest.webmanifest")
    assert manifest.json["start_url"] == "/book"
    assert manifest.json["scope"] == "/book"
    worker = browser.get("/book/worker.js")
    assert worker.headers["Service-Worker-Allowed"] == "/book"
    assert worker.mimetype == "text/javascript"


def test_the_outbox_is_no_page_unless_the_setting_opens_it(browser, phone):
    assert browser.get("/outbox").status_code == 404


def test_pages_have_no_inline_script_or_style_and_both_languages(citizen):
    issue(citizen)
    for path in ("/book", "/book/people/1", "/book/people/1/wrong", "/try", "/book/people/2"):
        html = citizen.page(path)
        assert "<style" not in html
        assert " style=" not in html
        assert re.search(r"<script(?! src=)", html) is None
    citizen.get("/language/en")
    assert "Paper" in citizen.page("/book/people/1")
