"""Every role on every route and every method, against the one table of permissions."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from sqlalchemy import func, select

from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account
from verifier_server.staff.permissions import OF_A_SITE, PERMISSIONS, ROLES, Permission, permissions_of
from verifier_server.staff.words import role_names

from ..builders import NOW, a_vaccinated_person
from ..conftest import PASSWORD, Browser
from ..test_routes import OF_CITIZENS, OF_SCANNERS, OF_SYSTEMS, PUBLIC, every_route

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
READING = {"GET", "HEAD", "OPTIONS", "TRACE"}
MANUAL = Path(__file__).parents[3] / "docs" / "staff.md"
DENIED, MISSING, NO_TOKEN, NO_CODE = 403, 405, 401, 302


@pytest.fixture
def as_role(app, register):
    """Give a browser that is logged in with a role, at the site of the server."""

    def made(role, site_id=1):
        email = f"{role}.one@example.vn"
        with app.app_context(), register.writing() as session:
            made = add_account(session, email=email, role=role, password=PASSWORD, now=NOW, site_id=site_id)
            made.confirmed_at = NOW
        browser = Browser(app)
        assert browser.post("/login", {"email": email, "password": PASSWORD}).status_code == 302
        return browser

    return made


def permission_of(app, rule):
    return getattr(app.view_functions[rule.endpoint], "permission", None)


def guarded(app):
    """Every path that is for staff, with the permission that each of its methods needs."""
    found = defaultdict(dict)
    for rule in app.url_map.iter_rules():
        if rule.rule in PUBLIC | OF_SCANNERS or rule.rule.startswith((OF_SYSTEMS, OF_CITIZENS)):
            continue
        for method in rule.methods - {"OPTIONS"}:
            found[rule.rule][method] = permission_of(app, rule)
    return found


def open_at(browser, path, method, token, **sent):
    # A record that is not there: whoever may do this hears 404, and nothing changes for the next one.
    address = re.sub(r"<[^>]*>", "4711", path)
    if method not in READING and not sent:
        sent = {"data": {"csrf_token": token}}
    return browser.client.open(address, method=method, base_url=browser.base, **sent)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_what_the_table_says_and_nothing_else(app, as_role, role):
    browser = as_role(role)
    token = dict(browser.hidden("/"))["csrf_token"]
    for path, methods in guarded(app).items():
        for method in METHODS:
            answer = open_at(browser, path, method, token)
            status = answer.status_code
            if method == "OPTIONS":
                # Flask's own answer: what may be asked here, and nothing else.
                assert (path, status, answer.data) == (path, 200, b"")
            elif method not in methods:
                assert (path, method, status) == (path, method, MISSING)
            elif methods[method] in PERMISSIONS[role]:
                assert status in {200, 302, 400, 404, 409, 422}, (role, path, method, status)
            else:
                assert (role, path, method, status) == (role, path, method, DENIED)


def elsewhere(app, prefix):
    """The methods of every path that is for other systems, or for citizens, and not public."""
    found = defaultdict(set)
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(prefix) and rule.rule not in PUBLIC:
            found[rule.rule] |= rule.methods - {"OPTIONS"}
    return found


@pytest.mark.parametrize("role", ROLES)
def test_no_role_opens_the_api_or_a_health_book_by_its_session(app, as_role, role):
    browser = as_role(role)
    token = dict(browser.hidden("/"))["csrf_token"]
    tried = 0
    for prefix, refused in ((OF_SYSTEMS, NO_TOKEN), (OF_CITIZENS, NO_CODE)):
        for path, methods in elsewhere(app, prefix).items():
            for method in METHODS[:-2]:
                sent = {"json": {}} if prefix == OF_SYSTEMS and method not in READING else {}
                answer = open_at(browser, path, method, token, **sent)
                expected = refused if method in methods else MISSING
                assert (path, method, answer.status_code) == (path, method, expected)
                if expected == NO_CODE:
                    assert answer.location == "/book/login"
                tried += 1
    assert tried > 100


def test_a_route_without_a_permission_is_found(app):
    bare = [(path, method) for path, methods in guarded(app).items() for method, one in methods.items() if not one]
    assert bare == [], "guard the route with verifier_server.staff.guard.needs(Permission...)"


def test_a_new_route_that_nobody_guards_would_be_found(app):
    app.add_url_rule("/brand-new", "brand_new", lambda: "open to everybody")
    assert guarded(app)["/brand-new"] == {"GET": None, "HEAD": None}


def test_every_permission_opens_a_route_and_belongs_to_a_role(app):
    used = {one for methods in guarded(app).values() for one in methods.values()}
    assert used >= set(Permission)
    assert permissions_of(ROLES) == set(Permission)


def test_no_public_route_carries_a_permission_by_mistake(app):
    public = {rule for rule, _method in every_route(app)} & (PUBLIC | OF_SCANNERS)
    assert [rule.rule for rule in app.url_map.iter_rules() if rule.rule in public and permission_of(app, rule)] == []


def test_a_role_of_an_older_version_may_do_nothing():
    assert permissions_of(["administrator"]) == frozenset()
    assert permissions_of([]) == frozenset()


def test_every_role_has_a_name(app):
    with app.test_request_context():
        assert tuple(role_names()) == ROLES


def the_table():
    """The table of permissions as it stands in the manual."""
    lines = ["| | " + " | ".join(f"`{role}`" for role in ROLES) + " |", "|---|" + ":-:|" * len(ROLES)]
    for one in Permission:
        marks = " | ".join("yes" if one in PERMISSIONS[role] else "–" for role in ROLES)
        lines.append(f"| `{one}` | {marks} |")
    return "\n".join(lines)


def test_the_manual_shows_the_table_of_the_code():
    assert the_table() in MANUAL.read_text("utf-8"), f"put this into docs/staff.md:\n{the_table()}"


def test_who_issues_never_approves_and_who_approves_never_sees_a_person():
    for role in ROLES:
        held = PERMISSIONS[role]
        assert not {Permission.PASSES_ISSUE, Permission.REVOCATIONS_APPROVE} <= held, role
        assert not (Permission.REVOCATIONS_APPROVE in held and Permission.PEOPLE_READ in held), role


@pytest.mark.parametrize("role", sorted(OF_A_SITE))
def test_staff_of_a_site_record_doses_at_their_own_site_only(app, as_role, register, role):
    browser = as_role(role)
    with register.writing() as session:
        another = add_site(session, "Trạm của người khác", now=NOW)
        person = a_vaccinated_person(session, doses=1)
    path = f"/people/{person.id}/doses/new"
    assert "Trạm của người khác" not in browser.get(path).get_data(as_text=True)
    day = {"dose_date_day": "29", "dose_date_month": "07", "dose_date_year": "2021"}
    dose = {"dose_number": "2", "vaccine": "PFIZER", "lot": "FF1", **day}
    assert browser.post(path, {**dose, "site": str(another.id)}).status_code == 422
    assert browser.post(path, {**dose, "site": "1"}).status_code == 302
    with register.reading() as session:
        assert set(session.scalars(select(Dose.site_id).where(Dose.number == 2))) == {1}


def test_a_vaccinator_records_a_dose_and_issues_no_pass(as_role, register):
    browser = as_role("vaccinator")
    with register.writing() as session:
        person = a_vaccinated_person(session, doses=1)
    day = {"dose_date_day": "29", "dose_date_month": "07", "dose_date_year": "2021"}
    dose = {"dose_number": "2", "vaccine": "PFIZER", "lot": "FF1", "site": "1", **day}
    answer = browser.post(f"/people/{person.id}/doses/new", dose)
    assert answer.location == f"/people/{person.id}"
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(IssuedPass)) == 0


@pytest.mark.parametrize("role", sorted(OF_A_SITE))
def test_an_account_of_a_site_cannot_be_without_one(administrator, role):
    answer = administrator.post("/staff", {"email": "new@example.vn", "role": role}, page="/sites")
    assert answer.status_code == 422
    assert "Hãy chọn điểm tiêm." in answer.get_data(as_text=True)


def test_a_clerk_only_proposes_what_one_who_approves_decides_alone(app, as_role, desk_pass):
    clerk = as_role("clerk")
    wish = {"kind": "pass", "pass": f"{desk_pass.serial:08X}", "reason": "mũi ghi nhầm", "action": "revoke"}
    shown = clerk.post("/revocations", wish, page="/people/new", follow_redirects=True).get_data(as_text=True)
    assert "chờ người thứ hai" in shown
    assert "Phê duyệt và thu hồi" not in shown
    ministry = as_role("ministry")
    assert "Phê duyệt và thu hồi" in ministry.get("/revocations/1").get_data(as_text=True)
    assert ministry.post("/revocations/1/approve", page="/revocations/1").status_code == 302
    assert "1 thẻ đã bị thu hồi" in ministry.get("/revocations/1").get_data(as_text=True)


@pytest.fixture
def desk_pass(app, register):
    """A pass of a vaccinated person."""
    from verifier_server.web.services import services

    from ..builders import a_pass

    with register.writing() as session:
        person = a_vaccinated_person(session)
    with app.app_context():
        return a_pass(register, services().desk, person.id)


def test_pages_show_a_role_only_the_doors_it_may_open(as_role):
    for role in ROLES:
        browser = as_role(role)
        start = browser.get("/").get_data(as_text=True)
        for path in set(re.findall(r'(?:href|action)="(/[a-z][^"#?]*)', start)) - {"/login"}:
            if path.startswith(("/static", "/language", "/logout")):
                continue
            assert browser.get(path).status_code == 200, (role, path)
