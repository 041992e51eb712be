"""Printing for many from the browser: whose, how many and why not, the files, their end."""

import io

import pypdfium2
import pytest
from sqlalchemy import select

from verifier_server.audit.tables import AuditEvent
from verifier_server.doses.tables import SITE
from verifier_server.jobs.tables import Job
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.erasing import erase_person
from verifier_server.people.tables import Person
from verifier_server.printing import selftest, sheets
from verifier_server.printing.folder import PrintFolder
from verifier_server.printing.tables import PrintPlace, PrintRun
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.units.tables import Unit
from verifier_server.web.services import services

from ..builders import DAY, NOW, a_pass, a_person, a_recorded_dose
from ..conftest import PASSWORD, Browser

UNIT = {"scope": "unit", "unit": "2021:79", "ward": "2021:26734"}


@pytest.fixture
def commune(app, register):
    """Five people of a ward: three with a pass, one whose dose waits, one who never had a pass; and a stranger."""
    with app.app_context():
        with register.writing() as session:
            for code, kind, name, parent in (
                ("760", "district", "Quận Mẫu", "79"),
                ("26734", "ward", "Phường Mẫu", "760"),
            ):
                session.add(Unit(version=2021, code=code, kind=kind, name=name, parent=parent, province="79"))
            people = [
                a_person(session, name=f"Lê Văn {letter}", id_number=f"00119000000{n}", phone=f"091234560{n}")
                for n, letter in enumerate("CABDEF")
            ]
            for one in people[:5]:
                one.unit_version, one.unit = 2021, "26734"
            a_recorded_dose(session, people[3], site_id=1, source=SITE)
        issued = [a_pass(register, services().desk, one.id, site_id=1) for one in [*people[:3], people[5]]]
    return people, issued


def codes_of(pdf):
    """What a scanner reads on each page."""
    return list(selftest._found(pdf))


def ask(browser, **more):
    """Press the button of the page that shows a group."""
    chosen = {**UNIT, "form": "domestic", "layout": "card", "language": "vi", **more}
    query = "&".join(f"{name}={value}" for name, value in chosen.items())
    return browser.post("/prints", chosen, page=f"/prints?{query}")


def run_of(register, number=1):
    with register.reading() as session:
        return session.get(PrintRun, number)


def test_a_page_says_how_many_have_a_pass_and_who_has_none_and_why(commune, clerk):
    page = clerk.get("/prints?scope=unit&unit=2021:79&ward=2021:26734").get_data(as_text=True)
    assert "5 người" in page
    assert "In 3 thẻ" in page
    assert "<b>1</b> mũi tiêm chờ ký xác nhận" in page
    assert "<b>1</b> chưa từng được cấp mã" in page
    assert "Lê Văn D" in page
    assert "Lê Văn F" not in page
    province = clerk.get("/prints?scope=unit&unit=2021:79").get_data(as_text=True)
    assert "5 người" in province
    assert "Quận Mẫu" in province


def test_the_cards_of_a_commune_are_printed_fetched_and_gone_after_a_day(commune, clerk, register, drain, app, clock):
    _people, issued = commune
    answer = ask(clerk)
    assert answer.location == "/jobs/1"
    assert drain() == 1
    assert "/prints/1" in clerk.get("/jobs/1").get_data(as_text=True)
    page = clerk.get("/prints/1").get_data(as_text=True)
    assert "Phường Mẫu, Quận Mẫu" in page
    file = clerk.get("/prints/1/1.pdf")
    assert (file.mimetype, file.headers["Cache-Control"]) == ("application/pdf", "no-store")
    in_order = [issued[n].text for n in (1, 2, 0)]
    assert [sorted(page) for page in codes_of(file.data)] == [sorted(in_order)] * 2
    with app.app_context():
        folder = PrintFolder(services().config.instance, 1)
    assert [path.name for path in folder.path.iterdir()] == ["part-001.pdf"]
    assert folder.part(1).stat().st_mode & 0o777 == 0o600
    assert folder.path.stat().st_mode & 0o777 == 0o700
    with register.reading() as session:
        kinds = [one for one in session.scalars(select(AuditEvent.kind)) if one.startswith("printing")]
    assert kinds == ["printing_asked", "printing_fetched"]
    clock.now += DAY + 1
    drain()
    assert not folder.path.exists()
    assert run_of(register).state == "over"
    clerk.log_in()
    assert clerk.get("/prints/1").status_code == 410
    assert clerk.get("/prints/1/1.pdf").status_code == 404
    with register.reading() as session:
        assert session.query(PrintPlace).count() == 0


def test_a_double_click_is_one_run_and_one_job(commune, clerk, register):
    hidden = dict(clerk.hidden("/prints?scope=unit&unit=2021:79"))
    sent = {**hidden, "layout": "a4", "language": "en"}
    answers = [clerk.client.post("/prints", data=sent, base_url=clerk.base) for _ in range(2)]
    assert len({answer.location for answer in answers}) == 1
    with register.reading() as session:
        assert (session.query(PrintRun).count(), session.query(Job).count()) == (1, 1)


def test_pages_of_a4_are_one_for_each_and_a_pass_that_ended_meanwhile_is_left_out(commune, clerk, register, drain):
    _people, issued = commune
    ask(clerk, layout="a4", language="en")
    with register.writing() as session:
        session.get(IssuedPass, issued[0].id).revoked_at = NOW
    drain()
    file = clerk.get("/prints/1/1.pdf")
    assert codes_of(file.data) == [[issued[1].text], [issued[2].text]]
    words = pypdfium2.PdfDocument(io.BytesIO(file.data))[0].get_textpage().get_text_bounded()
    assert "Vaccination pass" in words
    assert run_of(register).left_out == 1
    assert "1 thẻ bị bỏ ra" in clerk.get("/prints/1").get_data(as_text=True)


def test_a_list_of_id_numbers_says_which_are_nobodys(commune, clerk):
    sent = {"scope": "people", "numbers": "001190000000\n001 190 000 001\n001190000099", "form": "domestic"}
    page = clerk.post("/prints/list", sent, page="/prints?scope=people").get_data(as_text=True)
    assert "1 số không có trong sổ" in page
    assert "In 2 thẻ" in page


@pytest.fixture
def lead(app, register):
    """The lead of another site, where only one of the people got a dose."""
    with app.app_context(), register.writing() as session:
        site = add_site(session, "Trạm khác", now=NOW)
        add_account(session, email="lead@example.vn", role="site_lead", password=PASSWORD, now=NOW, site_id=site.id)
        a_recorded_dose(session, session.get(Person, 2), site_id=site.id, source=SITE)
    opened = Browser(app)
    assert opened.log_in("lead").status_code == 302
    return opened


def test_a_sites_lead_prints_for_the_own_site_whatever_is_sent(commune, lead, clerk, register, drain):
    page = lead.get("/prints?scope=unit&unit=2021:79").get_data(as_text=True)
    assert "Trạm khác" in page
    assert "1 người" in page
    assert lead.post("/prints", {**UNIT, "layout": "card"}, page="/prints").status_code == 302
    assert (run_of(register).scope, run_of(register).site_id, run_of(register).papers) == ("site", 2, 1)
    drain()
    assert clerk.get("/prints/1/1.pdf").status_code == 404
    assert lead.get("/prints/1/1.pdf").status_code == 200


def test_a_ward_that_is_not_in_the_province_chosen_above_it_is_not_printed(commune, clerk):
    answer = clerk.get("/prints?scope=unit&unit=2021:01&ward=2021:26734")
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Nơi này không thuộc nơi đã chọn ở trên" in page
    assert 'id="found"' not in page


def test_nobody_to_print_and_a_unit_that_is_none_are_one_sentence(commune, clerk, register):
    empty = clerk.get("/prints?scope=unit&unit=2021:01").get_data(as_text=True)
    assert "Không ai ở đây có mã để in" in empty
    for unit in ("2021:00", "1999:79", "2021:x", "79"):
        answer = clerk.get(f"/prints?scope=unit&unit={unit}")
        assert (answer.status_code, "Hãy chọn tỉnh" in answer.get_data(as_text=True)) == (422, True)
    sent = {**UNIT, "unit": "2021:01", "ward": "", "layout": "card"}
    refused = clerk.post("/prints", sent, page="/people/new")
    assert (refused.status_code, "Không ai ở đây" in refused.get_data(as_text=True)) == (422, True)
    with register.reading() as session:
        assert session.query(PrintRun).count() == 0


def test_a_code_that_does_not_read_is_never_handed_out_and_the_job_can_go_on(
    commune, clerk, register, drain, monkeypatch
):
    _people, issued = commune
    honest = sheets.face
    swap = lambda one, *etc, **more: honest(issued[0] if one.id == issued[1].id else one, *etc, **more)  # noqa: E731
    monkeypatch.setattr(sheets, "face", swap)
    ask(clerk)
    drain()
    assert "đọc đúng" in clerk.get("/jobs/1").get_data(as_text=True) or "did not read" in clerk.get("/jobs/1").text
    assert clerk.get("/prints/1/1.pdf").status_code == 404


def test_erasing_a_person_ends_the_run_that_names_them(commune, clerk, register, drain, app):
    people, _issued = commune
    ask(clerk)
    drain()
    with register.writing() as session:
        erase_person(session, people[0].id, ground="request", by=1, now=NOW)
    assert clerk.get("/prints/1/1.pdf").status_code == 404
    drain()
    with app.app_context():
        assert not PrintFolder(services().config.instance, 1).path.exists()


def test_a_run_is_ended_by_whoever_asked(commune, clerk, register, drain, app):
    ask(clerk)
    assert clerk.post("/prints/1/end", page="/prints/1").status_code == 302
    drain()
    with app.app_context():
        assert not PrintFolder(services().config.instance, 1).path.exists()
    assert run_of(register).state == "over"
    ask(clerk)
    drain()
    assert clerk.post("/prints/2/end", page="/prints/2").status_code == 302
    with app.app_context():
        assert not PrintFolder(services().config.instance, 2).path.exists()


def test_a_clerk_chooses_among_the_open_sites_and_a_site_means_who_got_a_dose_there(commune, clerk):
    asked = clerk.get("/prints?scope=site").get_data(as_text=True)
    assert '<option value="1">Trạm y tế phường Mẫu</option>' in asked
    assert 'id="found"' not in asked
    chosen = clerk.get("/prints?scope=site&site=1").get_data(as_text=True)
    assert "1 người" in chosen
    assert "Lê Văn D" in chosen
    assert clerk.get("/prints?scope=site&site=99").status_code == 422
