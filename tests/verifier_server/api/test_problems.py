"""Errors below /api are problem+json, whatever went wrong, and set no cookie."""

import errno

import pytest


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/api/nowhere", {}, 404),
        ("GET", "/api/v1/people/99999999999999999999", {}, 404),
        ("GET", "/api/v1/people/4711", {}, 404),
        ("PUT", "/api/v1/people", {"json": {}}, 405),
        ("POST", "/api/v1/people", {"data": "x" * 100_000, "content_type": "application/json"}, 413),
        ("POST", "/api/v1/people", {"data": "a=b"}, 415),
        ("POST", "/api/v1/people", {"data": "{", "content_type": "application/json"}, 400),
        ("POST", "/api/v1/people", {"data": '{"name": ' + "[" * 20_000, "content_type": "application/json"}, 400),
        ("POST", "/api/v1/people", {"data": '{"name": ' + "9" * 5000 + "}", "content_type": "application/json"}, 400),
        ("POST", "/api/fhir/Patient", {"data": "9" * 5000, "content_type": "application/json"}, 400),
        ("POST", "/api/v1/people", {"json": {"nme": "x"}}, 422),
        ("POST", "/api/fhir/Patient", {"data": "[" * 5000, "content_type": "application/json"}, 400),
        ("GET", "/api/v1/people", {}, 422),
        ("GET", "/api/v1/doses?limit=0", {}, 422),
    ],
)
def test_every_error_is_a_problem(system, method, path, more, status):
    answer = system.client.open(path, method=method, headers=system.headers() | {"Idempotency-Key": "k" * 20}, **more)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"]
    assert "Set-Cookie" not in answer.headers


def test_an_unexpected_fault_tells_nothing(app, system, monkeypatch):
    from verifier_server.api import people

    monkeypatch.setattr(people, "find_people", lambda *_args, **_more: 1 / 0)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = system.get("/api/v1/people?q=an")
    assert (answer.status_code, answer.json["code"]) == (500, "server_fault")
    assert "Zero" not in answer.get_data(as_text=True)


def test_a_locked_database_says_that_nothing_was_saved(system, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from verifier_server.api import people

    def locked(*_args, **_more):
        raise OperationalError("SELECT", {}, Exception("database is locked"))

    monkeypatch.setattr(people, "find_people", locked)
    answer = system.get("/api/v1/people?q=an")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_a_connection_that_is_lost_may_have_saved_and_a_full_disk_is_named(system, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from verifier_server.api import people

    def fails_with(error):
        def failing(*_args, **_more):
            raise error

        monkeypatch.setattr(people, "find_people", failing)
        answer = system.get("/api/v1/people?q=an")
        assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
        assert int(answer.headers["Retry-After"]) > 0
        return answer.json

    lost = fails_with(OperationalError("COMMIT", {}, Exception("server closed"), connection_invalidated=True))
    assert lost["code"] == "connection_lost"
    assert "nothing was saved" not in lost["detail"]
    assert "Idempotency-Key" in lost["detail"]
    assert fails_with(OSError(errno.ENOSPC, "No space left on device"))["code"] == "storage_full"


def test_too_many_requests_of_one_place_are_refused(instance, pages_url, clock):
    from ..conftest import serving

    for app in serving(instance, pages_url, clock, api_rate="3 per minute"):
        client = app.test_client()
        answers = [client.get("/api/v1/statistics") for _ in range(4)]
        assert [one.status_code for one in answers] == [401, 401, 401, 429]
        assert answers[-1].mimetype == "application/problem+json"


def test_a_page_outside_keeps_its_own_errors(browser):
    assert browser.get("/apiary").mimetype == "text/html"
