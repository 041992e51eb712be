"""Who may use the API: tokens with scopes, an expiry, an end; never a cookie."""

import re

import pytest
from sqlalchemy import select

from verifier_server.api.scopes import Scope
from verifier_server.api.tables import ApiToken
from verifier_server.api.tokens import MOST_DAYS, add_token, end_token
from verifier_server.audit.tables import AuditEvent
from verifier_server.errors import FieldError
from verifier_server.staff.tables import Account

from ..builders import DAY, NOW


def operations(app):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/api/") and hasattr(app.view_functions[rule.endpoint], "scope"):
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                yield re.sub(r"<[^>]*>", "1", rule.rule), method, app.view_functions[rule.endpoint].scope


def test_every_operation_needs_a_token_and_a_staff_session_is_none(app, clerk):
    found = list(operations(app))
    assert len(found) >= 18
    for path, method, _scope in found:
        answer = clerk.client.open(path, method=method, base_url=clerk.base, json={} if method == "POST" else None)
        assert (path, method, answer.status_code) == (path, method, 401)
        assert answer.mimetype == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_every_address_of_the_api_is_public_documentation_or_an_operation_with_a_scope(app):
    rules = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/")}
    open_to_all = {rule for rule, endpoint in rules.items() if not hasattr(app.view_functions[endpoint], "scope")}
    assert open_to_all == {"/api/v1/", "/api/v1/openapi.json", "/api/fhir/metadata"}


def test_a_token_does_only_what_its_scopes_say(app, system_with):
    for scope in Scope:
        other = system_with(*(set(Scope) - {scope}))
        mine = [(path, method) for path, method, needed in operations(app) if needed == scope]
        assert mine
        for path, method in mine:
            answer = other.get(path) if method == "GET" else other.post(path, {})
            assert (path, answer.status_code, answer.json["code"]) == (path, 403, "scope_missing")


def test_a_token_that_is_over_works_no_more(app, register, system, clock):
    assert system.get("/api/v1/statistics").status_code == 200
    clock.now = NOW + 90 * DAY
    assert system.get("/api/v1/statistics").status_code == 401
    clock.now = NOW
    with register.writing() as session:
        end_token(session, session.get(ApiToken, system.token.id), now=NOW, by=None)
    assert system.get("/api/v1/statistics").status_code == 401


@pytest.mark.parametrize("text", ["", "cqr_wrong", "\udce9", "x" * 3000, "a b"])
def test_a_wrong_token_is_none(app, text):
    headers = {"Authorization": f"Bearer {text}".encode("utf-8", "surrogateescape").decode("latin-1")}
    assert app.test_client().get("/api/v1/statistics", headers=headers).status_code == 401


def test_the_token_itself_is_nowhere_in_the_register_and_its_making_and_end_are_in_the_audit(register, system):
    with register.writing() as session:
        row = session.get(ApiToken, system.token.id)
        assert system.text not in str({name: getattr(row, name) for name in ("name", "token_hash", "scopes")})
        end_token(session, row, now=NOW, by=None)
        end_token(session, row, now=NOW, by=None)
    with register.reading() as session:
        kinds = [one.kind for one in session.scalars(select(AuditEvent)) if one.subject == "api_token"]
        assert kinds == ["api_token_added", "api_token_ended"]


def test_nobody_can_log_in_with_the_account_that_a_token_acts_as(app, register, system, browser):
    with register.reading() as session:
        account = session.get(Account, system.token.account_id)
        assert (account.active, account.roles) == (False, [])
    for password in ("!", "", system.text):
        answer = browser.post("/login", {"email": account.email, "password": password})
        assert answer.status_code != 302


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"scopes": []}, "bad_scopes"),
        ({"scopes": ["people:delete"]}, "bad_scopes"),
        ({"days": 0}, "number_out_of_range"),
        ({"days": MOST_DAYS + 1}, "number_out_of_range"),
        ({"name": " "}, "empty"),
        ({"site_id": 4711}, "unknown_site"),
        ({"scopes": ["revocations:propose"]}, "proposes_for_nobody"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(lite, wrong, code):
    given = {"name": "Bệnh viện A", "scopes": ["people:read"], "days": 90, "now": NOW, **wrong}
    with pytest.raises(FieldError) as problem, lite.writing() as session:
        add_token(session, **given)
    assert problem.value.code == code
