"""OWASP's top ten of 2021, as far as they are the pages' business; each is tried on every route that it could concern.

A01 access, A02 cryptography (cookies), A03 injection, A04 design (mass assignment, a form sent twice), A05 headers and
host, A07 log-in, A09 what logs and pages tell, A10 requests of the server's own. A06 (old components) is the locks' and
A08 (integrity) the signatures' business. Roles against routes: staff/test_permissions.py.
"""

import json
import logging
import re
from html.parser import HTMLParser

import pytest
from sqlalchemy import func, select

from verifier_server.doses.tables import Dose
from verifier_server.logs import JsonLines
from verifier_server.people.tables import Person
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.staff.tables import Account

from ..builders import NOW, a_person, a_recorded_dose, a_vaccinated_person
from ..conftest import PASSWORD, SECRET, Browser
from ..test_routes import OF_CITIZENS, OF_SCANNERS, OF_SYSTEMS, PUBLIC, address, every_route
from .forms import forms_of

ATTACKS = (
    "' OR '1'='1",
    "'; DROP TABLE person; --",
    "%' UNION SELECT password FROM account --",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}{% raise %}",
    "${7*7}#{7*7}",
    "$(reboot) `reboot` | reboot",
    "../../../../etc/passwd",
    "(&(uid=*)(cn=*))",
)


class _Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def is_alive(page):
    """Whether a page has anything that a policy without inline script and style would have to stop."""
    return [
        (tag, values)
        for tag, values in _Tags(page).found
        if any(name.startswith("on") or name == "style" for name in values)
        or (tag == "script" and not values.get("src", "").startswith("/static/"))
        or tag == "style"
        or (values.get("href") or "").strip().lower().startswith(("javascript:", "data:"))
    ]


@pytest.fixture
def at_another_site(app, register):
    """A vaccinator and a site lead of a site of their own, logged in, and a dose of the first site."""
    with app.app_context(), register.writing() as session:
        other = add_site(session, "Trạm y tế khác", now=NOW)
        for role in ("vaccinator", "site_lead"):
            add_account(
                session, email=f"{role}@other.vn", role=role, password=PASSWORD, now=NOW, site_id=other.id
            ).confirmed_at = NOW
        dose = a_recorded_dose(session, a_person(session), site_id=1, source="site")
        numbers = dose.id, dose.person_id
    browsers = []
    for role in ("vaccinator", "site_lead"):
        browser = Browser(app)
        assert browser.post("/login", {"email": f"{role}@other.vn", "password": PASSWORD}).status_code == 302
        browsers.append(browser)
    return browsers, *numbers


# A01 Broken access control


def test_staff_of_a_site_change_no_dose_of_another_site_whatever_number_stands_in_the_address(
    at_another_site, register
):
    browsers, dose_id, _person = at_another_site
    for browser in browsers:
        token = dict(browser.hidden("/people/new"))["csrf_token"]
        for action in ("correct", "strike"):
            answer = browser.client.post(
                f"/doses/{dose_id}/{action}", data={"csrf_token": token, "version": "1"}, base_url=browser.base
            )
            assert answer.status_code in {403, 404}
    with register.reading() as session:
        assert session.get_one(Dose, dose_id).version == 1


def test_a_site_written_into_the_form_does_not_record_for_another_site(at_another_site, register):
    (vaccinator, _lead), _dose, person_id = at_another_site
    page = f"/people/{person_id}/doses/new"
    sent = {"dose_number": "2", "vaccine": "PFIZER", "site": "1", "lot": "FF1"}
    answer = vaccinator.post(page, {**sent, "dose_date_day": "30", "dose_date_month": "7", "dose_date_year": "2021"})
    assert answer.status_code == 422
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(Dose)) == 1


def test_a_site_lead_signs_off_nothing_of_another_site(at_another_site, register):
    (_vaccinator, lead), dose_id, _person = at_another_site
    lead.post("/days/2021-07-01", {"dose": str(dose_id), "seen": str(dose_id)}, page="/people/new")
    with register.reading() as session:
        assert session.get_one(Dose, dose_id).signed_off_at is None


def test_a_number_that_is_nobodys_is_a_clean_404_on_every_route(clerk, administrator, app):
    for rule, method in every_route(app):
        if method == "GET" and "<int:" in rule and not rule.startswith((OF_SYSTEMS, OF_CITIZENS)):
            for number in ("0", "4711", "9" * 30):
                path = re.sub(r"<int:[^>]*>", number, rule)
                assert {clerk.get(path).status_code, administrator.get(path).status_code} <= {403, 404}, path


# A02 Cryptographic failures: what a cookie is good for


def test_every_cookie_of_a_session_is_for_https_only_and_out_of_reach_of_scripts(browser):
    cookies = [browser.get("/login"), browser.log_in(), browser.get("/language/en")]
    lines = [line for answer in cookies for line in answer.headers.getlist("Set-Cookie")]
    assert len(lines) >= 3
    for line in lines:
        assert all(flag in line for flag in ("Secure", "HttpOnly", "SameSite=Lax")), line
        assert "Domain=" not in line


def test_a_changed_session_cookie_is_nobodys(clerk):
    cookie = clerk.client.get_cookie("session", domain="localhost")
    clerk.client.set_cookie("session", cookie.value[:-4] + "AAAA", domain="localhost", secure=True)
    assert clerk.get("/people").status_code == 302


# A03 Injection


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_search_is_only_ever_text(clerk, register, attack):
    with register.writing() as session:
        a_person(session)
    answer = clerk.get("/people", query_string={"q": attack})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Nguyễn Thị Hoàng Phương Thảo" not in page
    assert is_alive(page) == []
    assert "<script>alert" not in page
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 1


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_typed_into_any_form_comes_back_as_text(clerk, administrator, app, register, attack):
    with register.writing() as session:
        a_vaccinated_person(session)
    for visitor in (clerk, administrator):
        for form in forms_of(visitor, app):
            answer = visitor.client.post(form.action, data=form.filled(attack), base_url=visitor.base)
            page = answer.get_data(as_text=True)
            assert answer.status_code < 500, (form.action, attack)
            assert is_alive(page) == [], (form.action, attack)
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) >= 2


# A04 Insecure design: what a form does not have


def test_fields_that_no_form_has_set_nothing(clerk, register):
    more = {"id": "99", "version": "7", "erased_at": "1", "merged_into": "1", "created_by": "1", "role": "auditor"}
    person = {"full_name": "Lê Thị Hòa", "dob_year": "1990", "gender": "female", "phone": "", "id_number": ""}
    assert clerk.post("/people/new", {**person, **more}).status_code == 302
    with register.reading() as session:
        made = session.scalars(select(Person)).one()
        assert (made.id, made.version, made.erased_at, made.merged_into) == (1, 1, None, None)


# A05 Security misconfiguration


def test_every_route_and_every_error_answers_with_the_headers(app, browser, administrator):
    paths = {address(rule) for rule, method in every_route(app) if method == "GET"} | {"/nowhere", "/static/nothing"}
    for visitor in (browser, administrator):
        for path in paths:
            headers = visitor.get(path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy, path
            assert "frame-ancestors 'none'" in policy, path
            assert "unsafe" not in policy, path
            assert headers["X-Content-Type-Options"] == "nosniff", path
            assert headers["Referrer-Policy"] == "same-origin", path
            assert "camera=" in headers["Permissions-Policy"], path
            assert headers["Strict-Transport-Security"].startswith("max-age=31536000"), path
            assert "Werkzeug" not in headers.get("Server", ""), path


def test_no_page_of_any_role_has_anything_inline(app, clerk, administrator, register):
    with register.writing() as session:
        a_vaccinated_person(session)
    for rule, method in every_route(app):
        if method == "GET" and not rule.startswith(("/api", "/static", "/channel")):
            for visitor in (clerk, administrator):
                answer = visitor.get(address(rule))
                if answer.mimetype == "text/html":
                    assert is_alive(answer.get_data(as_text=True)) == [], rule


@pytest.mark.parametrize("host", ["evil.example", "evil.example:443", "localhost.evil.example"])
def test_another_host_name_leads_nobody_away(clerk, host):
    for path in ("/login", "/logout", "/people/new"):
        answer = clerk.client.get(path, headers={"Host": host}, base_url="https://localhost")
        assert host not in answer.headers.get("Location", "")
        assert host not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_address_in_a_request_leads_away(browser, target):
    assert browser.get("/language/en", query_string={"next": target}).location == "/"
    logged_in = browser.client.post(
        "/login",
        query_string={"next": target},
        data={**dict(browser.hidden("/login")), "email": "clerk@example.vn", "password": PASSWORD, "next": target},
        base_url=browser.base,
    )
    # Such an address is refused with the form, or leads to a page of this server.
    assert logged_in.status_code == 200 or re.match(r"/(?![/\\])", logged_in.location)


def test_a_body_that_is_too_large_is_told_before_it_is_read_on_every_route(app, clerk, administrator):
    for rule, method in every_route(app):
        if method == "POST" and rule not in OF_SCANNERS and not rule.startswith(OF_SYSTEMS):
            visitor = administrator if clerk.get(address(rule)).status_code == 403 else clerk
            answer = visitor.client.post(
                address(rule),
                base_url=visitor.base,
                environ_overrides={
                    "wsgi.input": _Endless(),
                    "CONTENT_LENGTH": str(1 << 30),
                    "CONTENT_TYPE": "application/x-www-form-urlencoded",
                },
            )
            assert answer.status_code == 413, rule
            said = answer.get_data(as_text=True)
            assert "Nội dung gửi lên quá lớn." in said or "Tệp lớn hơn 64 MB" in said, rule


class _Endless:
    """A body of one gigabyte: whoever reads much of it fails the test."""

    def __init__(self):
        self.read_so_far = 0

    def read(self, size=-1):
        self.read_so_far += size if size > 0 else 1 << 30
        assert self.read_so_far < 1 << 20, "the server reads a body that it refuses"
        return b"x" * size

    def readline(self, size=-1):
        return self.read(size)


# A07 Identification and authentication failures


def test_a_session_from_before_the_log_in_is_worth_nothing_after_it(app, browser):
    browser.get("/login")
    before = browser.client.get_cookie("session", domain="localhost").value
    browser.log_in()
    assert browser.client.get_cookie("session", domain="localhost").value != before
    thief = Browser(app)
    thief.client.set_cookie("session", before, domain="localhost", secure=True)
    assert thief.get("/people").status_code == 302


def test_a_copied_session_ends_with_the_log_out(app, clerk):
    copied = clerk.client.get_cookie("session", domain="localhost").value
    thief = Browser(app)
    thief.client.set_cookie("session", copied, domain="localhost", secure=True)
    assert thief.get("/people").status_code == 200
    clerk.post("/logout", page="/")
    assert thief.get("/people").status_code == 302


def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(browser):
    said = [
        browser.post("/login", {"email": email, "password": "wrong wrong wrong"})
        for email in ("clerk@example.vn", "nobody@example.vn")
    ]
    texts = [re.sub(r'value="[^"]*"', "", answer.get_data(as_text=True)) for answer in said]
    assert said[0].status_code == said[1].status_code
    assert texts[0] == texts[1]


# A08 and CSRF: every form of every page


def test_every_form_of_every_page_that_changes_something_carries_a_token(app, clerk, administrator, register):
    with register.writing() as session:
        a_vaccinated_person(session)
    found = 0
    for visitor in (clerk, administrator):
        for form in forms_of(visitor, app):
            found += 1
            assert form.values.get("csrf_token"), form.action
            forged = {**form.filled("x"), "csrf_token": "forged"}
            assert visitor.client.post(form.action, data=forged, base_url=visitor.base).status_code == 400, form.action
    assert found >= 10


def test_no_get_changes_anything(app, clerk, administrator, register):
    with register.writing() as session:
        a_vaccinated_person(session)
    before = _rows(register)
    for rule, method in every_route(app):
        if method == "GET" and rule not in PUBLIC:
            for visitor in (clerk, administrator):
                visitor.get(address(rule))
    assert _rows(register) == before


def _rows(register):
    from verifier_server.tables import Base

    with register.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table))
            for name, table in Base.metadata.tables.items()
        }


# A09 Logging


@pytest.mark.parametrize("path", ["/people?q=a%0d%0aforged:+line", "/nowhere%0d%0aforged", "/language/%0aforged"])
def test_nobody_writes_lines_into_the_log(clerk, caplog, path):
    with caplog.at_level(logging.DEBUG, "verifier_server"):
        clerk.client.get(path, base_url=clerk.base, headers={"User-Agent": "forged", "X-Forwarded-For": "forged"})
    for record in caplog.records:
        line = JsonLines().format(record)
        assert "\n" not in line
        assert "forged" not in line
        json.loads(line)


def test_secrets_and_passwords_stand_in_no_page_and_no_log(app, clerk, administrator, caplog):
    secret = SECRET.unsafe_reveal()
    hashes = (secret.hex(), "$argon2", PASSWORD)
    with caplog.at_level(logging.DEBUG):
        clerk.post("/login", {"email": PASSWORD, "password": PASSWORD}, page="/people/new")
        pages = [
            visitor.get(address(rule)).get_data().decode(errors="replace")  # some answers are files
            for rule, method in every_route(app)
            if method == "GET" and not rule.startswith("/static")
            for visitor in (clerk, administrator)
        ]
    logs = [JsonLines().format(record) for record in caplog.records if record.name.startswith("verifier_server")]
    for text in pages + logs:
        assert [one for one in hashes if one in text] == []


# A10 Requests of the server's own


def test_the_server_fetches_no_address_for_anybody():
    from pathlib import Path

    import verifier_server

    folder = Path(verifier_server.__file__).parent
    modules = r"requests|urllib\.request|http\.client|urllib3|httpx|aiohttp|socket|smtplib|ftplib"
    asks = re.compile(
        rf"^\s*(?:(?:from|import)\s+(?:{modules})\b|from\s+urllib\s+import\s.*\brequest\b|from\s+http\s+import\s.*\bclient\b)",
        re.MULTILINE,
    )
    found = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.py") if asks.search(path.read_text("utf-8"))
    }
    # The gateway for messages to phones: its address is a setting, and its host stands in a second one.
    assert found == {"health_book/senders.py"}
