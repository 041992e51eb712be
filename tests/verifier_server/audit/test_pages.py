"""The auditor's page: how far the chain goes, what happened, and a verification whose findings are plain sentences."""

import threading

import pytest
from sqlalchemy import select, text
from werkzeug.serving import make_server

from tests.browsing import OVERFLOWING, log_in
from verifier_server.audit.heads import head_of
from verifier_server.audit.kinds import Kind
from verifier_server.audit.tables import AuditEvent
from verifier_server.audit.words import finding_said, kind_said
from verifier_server.corrections.requests import ask
from verifier_server.staff.accounts import add_account

from ..builders import NOW, a_person, a_recorded_dose
from ..conftest import PASSWORD, Browser
from ..signers.test_in_a_browser import SMALLEST
from .builders import recorded, sealed

DAMAGE = {
    "a changed event": "UPDATE audit_event SET site = 99 WHERE id = :event",
    "a changed row": "UPDATE dose SET vaccine = 'AZ' WHERE id = 1",
    "a cut tail": "DELETE FROM audit_link WHERE event >= :event",
}
SAID = {
    "a changed event": "đã bị sửa sau khi niêm phong",
    "a changed row": "Một dòng của sổ đã bị sửa bằng tay",
    "a cut tail": "Đuôi chuỗi bị cắt",
}


@pytest.fixture
def auditor(app, register):
    """An auditor's browser, on a register with a few sealed events."""
    with app.app_context(), register.writing() as session:
        add_account(session, email="auditor@example.vn", role="auditor", password=PASSWORD, now=NOW)
        a_recorded_dose(session, a_person(session))
    recorded(register, 5)
    sealed(register)
    browser = Browser(app)
    assert browser.log_in("auditor").status_code == 302
    return browser


def newest(register):
    with register.reading() as session:
        return session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()


def damage(register, what, event):
    with register.engine.begin() as connection:
        command = DAMAGE[what]
        connection.execute(text(command), {"event": event} if ":event" in command else {})


def test_the_page_says_how_far_the_chain_goes_and_lists_what_happened(auditor, register):
    page = auditor.get("/audit").get_data(as_text=True)
    with register.reading() as session:
        head = head_of(session)
    assert head.hash in page
    assert "Quyết định một dòng của tệp" in page
    assert "chưa lần nào" in page
    only = auditor.get("/audit?person=3").get_data(as_text=True)
    assert only.count("hồ sơ 3<") == 1
    assert "hồ sơ 4<" not in only
    assert "Không có sự kiện nào." in auditor.get("/audit?account=4711").get_data(as_text=True)
    for odd in ("person=x", "person=-1", "before=99999999999999999999", "site=%00"):
        assert auditor.get(f"/audit?{odd}").status_code == 200


def test_what_a_citizen_reported_is_not_said_of_the_command_line(auditor, register, app):
    with app.app_context(), register.writing() as session:
        ask(session, 1, about="name", text="Sai tên", picture=None, token="t" * 24, now=NOW)
    page = auditor.get("/audit?person=1").get_data(as_text=True)
    assert page.count("<span>người dân</span>") == 1
    assert "dòng lệnh" not in page


def test_a_verification_that_finds_nothing_says_so_and_is_an_event_itself(auditor, register):
    page = auditor.post("/audit/verify", page="/audit").get_data(as_text=True)
    assert "Mọi thứ đều khớp" in page
    assert newest(register).kind == Kind.AUDIT_VERIFIED.value
    assert "đều khớp" in auditor.get("/audit").get_data(as_text=True)


@pytest.mark.parametrize("what", DAMAGE)
def test_what_was_changed_by_hand_is_said_in_a_plain_sentence(auditor, register, what):
    damage(register, what, newest(register).id - 1)
    page = auditor.post("/audit/verify", page="/audit").get_data(as_text=True)
    assert "Có điều không khớp" in page
    assert SAID[what] in page


def test_a_printed_head_shows_a_tail_that_was_cut_cleanly(auditor, register):
    with register.reading() as session:
        head = head_of(session)
    typed = {"link": str(head.seq), "hash": head.hash.upper()}
    assert "Mọi thứ đều khớp" in auditor.post("/audit/verify", typed, page="/audit").get_data(as_text=True)
    with register.engine.begin() as connection:  # as the owner of the database would do it
        last = connection.execute(text("SELECT event FROM audit_link WHERE seq = :seq"), {"seq": head.seq}).scalar_one()
        for table, column in (
            ("audit_link", "event"),
            ("audit_event", "id"),
            ("audit_detail", "event"),
            ("audit_waiting", "event"),
        ):
            connection.execute(text(f"DELETE FROM {table} WHERE {column} >= :last"), {"last": last})
        connection.execute(
            text("UPDATE audit_chain SET seq = seq - 1, hash = (SELECT hash FROM audit_link ORDER BY seq DESC LIMIT 1)")
        )
    assert "Mọi thứ đều khớp" in auditor.post("/audit/verify", page="/audit").get_data(as_text=True)
    assert "Đuôi chuỗi bị cắt" in auditor.post("/audit/verify", typed, page="/audit").get_data(as_text=True)
    answer = auditor.post("/audit/verify", {"link": "2", "hash": "00"}, page="/audit")
    assert answer.status_code == 422


def test_every_finding_and_every_kind_has_words(app):
    from verifier_server.audit.findings import Difference, Finding

    with app.test_request_context():
        assert all(finding_said(Finding(kind, 1, 2, "")) for kind in Difference)
        assert [kind for kind in Kind if kind_said(kind.value) == kind.value] == []
        assert kind_said("a_kind_of_tomorrow") == "a_kind_of_tomorrow"
        assert kind_said(Kind.DOSE_RECORDED.value) == "Ghi mũi tiêm"


@pytest.mark.parametrize("size", [(390, 844), (1280, 800)], ids=["phone", "desktop"])
def test_an_auditor_finds_a_changed_row_and_a_cut_tail_in_a_real_browser(app, auditor, register, chromium, size):
    app.config["SESSION_COOKIE_SECURE"] = False
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever)
    thread.start()
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]})
    try:
        page, url = context.new_page(), f"http://127.0.0.1:{running.server_port}"
        log_in(page, url, "auditor", PASSWORD)
        page.goto(f"{url}/audit")
        for what, event in (("a changed row", 1), ("a changed event", 2), ("a cut tail", newest(register).id)):
            damage(register, what, event)
            with page.expect_navigation():
                page.click("text=Kiểm tra ngay")
            assert SAID[what] in page.inner_text("main")
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            assert page.evaluate(OVERFLOWING) == []
            assert page.evaluate(SMALLEST) >= 15
    finally:
        context.close()
        running.shutdown()
        thread.join()
        running.server_close()
