"""The OpenAPI document, and the server held to it by Schemathesis: made-up requests, bounded, over WSGI."""

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from verifier_server.api.scopes import Scope

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_names_every_operation_with_its_scope(app, browser):
    document = browser.get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    told = [one for methods in document["paths"].values() for name, one in methods.items() if name in {"get", "post"}]
    assert {one["security"][0]["token"][0] for one in told} == {scope for scope in Scope if "fhir" not in scope}
    assert all(one["summary"] for one in told)
    rules = {
        rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/v1/") and "<" not in rule.rule
    }
    assert rules - set(document["paths"]) == {"/api/v1/", "/api/v1/openapi.json"}


def test_the_page_for_people_names_them_too_and_asks_no_other_server(browser):
    page = browser.get("/api/v1/").get_data(as_text=True).replace("<wbr>", "")  # where a line may break
    assert "POST /api/v1/people/{person_id}/passes" in page
    assert "passes:issue" in page
    assert 'src="http' not in page


def test_made_up_requests_find_no_server_error_and_nothing_that_the_document_does_not_say(app, system):
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    found = []

    for result in schema.get_all_operations():
        operation = result.ok()
        found.append(operation.label)

        @settings(
            max_examples=12,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def hold(case):
            case.call_and_validate(checks=CHECKS, headers=system.headers())

        hold()
    assert len(found) == 15
