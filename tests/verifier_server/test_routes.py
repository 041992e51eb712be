"""What holds for every route and method of the server. Who may open what, by role: staff/test_permissions.py."""

import re

import pytest

PUBLIC = {
    "/login",
    "/logout",
    "/healthz",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/api/v1/",
    "/api/v1/openapi.json",
    "/api/fhir/metadata",
    "/channel/<path:path>",
    "/channel/bundle.zip",
    "/language/<code>",
    "/book/login",
    "/book/code",
    "/book/logout",
    "/book/manifest.webmanifest",
    "/book/worker.js",
    "/outbox",
    "/try",
    "/static/<path:filename>",
}
# What scanners send: a signature by the device's key stands in for a log-in and for a form's token.
OF_SCANNERS = {"/scanners/enrol", "/scanners/receipts"}
# What other systems send: a token stands in for both (api/test_tokens.py tries every operation without one).
OF_SYSTEMS = "/api/"
# The health book: a phone and its code stand in for a staff account (health_book/test_login.py, test_pages.py).
OF_CITIZENS = "/book"


def every_route(app):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield rule.rule, method


def address(rule):
    return re.sub(r"<[^>]*>", "1", rule)


def test_no_route_but_the_public_ones_answers_without_a_log_in(app, browser):
    token = dict(browser.hidden("/login"))["csrf_token"]
    for rule, method in every_route(app):
        if rule in PUBLIC | OF_SCANNERS or rule.startswith(OF_SYSTEMS):
            continue
        answer = browser.client.open(address(rule), method=method, base_url=browser.base, data={"csrf_token": token})
        assert (rule, method, answer.status_code) == (rule, method, 302)
        assert answer.location.startswith("/book/login" if rule.startswith(OF_CITIZENS) else "/login")


def test_the_public_routes_are_read_only_and_none_of_them_signs(app):
    may_change = {rule for rule, method in every_route(app) if rule in PUBLIC and method != "GET"}
    assert may_change == {"/login", "/logout", "/book/login", "/book/code", "/book/logout", "/try"}


def test_what_scanners_send_is_refused_without_a_signature_whoever_is_logged_in(app, browser, administrator):
    rules = {rule for rule, _method in every_route(app)}
    for rule in OF_SCANNERS:
        assert rule in rules
        for visitor in (browser, administrator):
            assert visitor.client.post(rule, data={}, base_url=visitor.base).status_code == 400


def test_every_form_needs_its_token(app, administrator):
    for rule, method in every_route(app):
        if method == "POST" and rule not in OF_SCANNERS | {"/login"} and not rule.startswith(OF_SYSTEMS):
            answer = administrator.client.post(address(rule), data={}, base_url=administrator.base)
            assert (rule, answer.status_code) == (rule, 400)


def test_logging_in_needs_the_forms_token_too(browser):
    answer = browser.client.post("/login", data={"email": "clerk@example.vn", "password": "x"}, base_url=browser.base)
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/login", "/nowhere", "/healthz", "/static/style.css", "/people"])
def test_every_answer_has_the_security_headers(browser, path):
    headers = browser.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_no_page_has_an_inline_script_or_style(administrator):
    for path in (
        "/",
        "/people/new",
        "/sites",
        "/staff",
        "/keys",
        "/trust",
        "/revocations",
        "/admin",
        "/people?q=x",
        "/nowhere",
    ):
        html = administrator.get(path).get_data(as_text=True)
        assert "<style" not in html
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<script src=" in html


def test_the_session_cookie_is_secure_and_out_of_reach_of_scripts(browser):
    cookie = browser.log_in().headers["Set-Cookie"]
    assert all(flag in cookie for flag in ("Secure", "HttpOnly", "SameSite=Lax"))


@pytest.mark.parametrize(
    "path",
    [
        "/people/99999999999999999999",
        "/passes/99999999999999999999",
        "/people/4711",
        "/passes/4711",
        "/passes/4711.png",
        "/nowhere",
    ],
)
def test_what_is_not_there_is_a_clean_404(clerk, path):
    answer = clerk.get(path)
    assert answer.status_code == 404
    assert "Không có trang này." in answer.get_data(as_text=True)


def test_a_body_that_is_too_large_is_refused(clerk):
    answer = clerk.post("/people/new", {"full_name": "x" * 100_000})
    assert answer.status_code == 413


def test_an_unexpected_fault_shows_no_traceback(app, clerk, monkeypatch):
    from verifier_server.people import pages

    monkeypatch.setattr(pages, "find_people", lambda *_args, **_more: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = clerk.get("/people?q=x")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "Máy chủ gặp lỗi." in page
    assert "ZeroDivision" not in page


def test_a_locked_database_says_that_nothing_was_saved(app, clerk, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from verifier_server.people import pages

    def locked(*_args, **_more):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(pages, "find_people", locked)
    answer = clerk.get("/people?q=x")
    assert answer.status_code == 503
    assert "Chưa có gì được lưu." in answer.get_data(as_text=True)
