"""The trust list as scanners fetch it."""

import json

from sqlalchemy import update

from keys import ceremony, lifecycle
from keys.store import KeyStore
from vaccine_pass.trust import from_document
from vaccine_pass.verdict import Outcome, Reason
from vaccine_pass.verify import Verifier
from verifier_server.passes.tables import IssuedPass

from ..builders import NOW, a_pass, a_person


def test_anybody_reads_the_list_and_can_verify_with_it(app, browser, register, new_desk):
    with register.writing() as session:
        person = a_person(session)
    issued = a_pass(register, new_desk(register), person.id)
    answer = browser.get("/trust/trust.json")
    assert answer.mimetype == "application/json"
    verdict = Verifier(from_document(answer.json)).judge(issued.text, NOW + 60)
    assert verdict.outcome is Outcome.ACCEPTED


def test_the_list_says_when_it_was_put_together(browser, clock):
    clock.now = NOW + 1234.5
    assert browser.get("/trust/trust.json").json["signed_at"] == "2021-07-30T00:00:00Z"
    clock.now = NOW + 3700
    assert browser.get("/trust/trust.json").json["signed_at"] == "2021-07-30T01:00:00Z"


def test_who_has_the_list_is_told_so_without_it(browser):
    first = browser.get("/trust/trust.json")
    again = browser.get("/trust/trust.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_caches_may_keep_the_list_for_everybody(browser):
    headers = browser.get("/trust/trust.json").headers
    assert headers["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in headers.get("Vary", "")
    assert "Set-Cookie" not in headers


def test_another_list_has_another_etag(browser, clock):
    first = browser.get("/trust/trust.json").headers["ETag"]
    clock.now += 3600
    assert browser.get("/trust/trust.json", headers={"If-None-Match": first}).status_code == 200


def test_a_revoked_pass_is_in_the_list(browser, register, new_desk):
    with register.writing() as session:
        person = a_person(session)
    issued = a_pass(register, new_desk(register), person.id)
    with register.writing() as session:
        session.execute(update(IssuedPass).values(revoked_at=NOW))
    verdict = Verifier(from_document(browser.get("/trust/trust.json").json)).judge(issued.text, NOW + 60)
    assert verdict.reason is Reason.REVOKED


def test_the_list_holds_no_private_half(browser):
    document = json.dumps(browser.get("/trust/trust.json").json)
    assert '"d":' not in document


def test_without_keys_the_server_says_503(browser, instance):
    (instance / "keys" / "state.json").unlink()
    answer = browser.get("/trust/trust.json")
    assert (answer.status_code, answer.json) == (503, {"error": "no_keys"})


def test_the_list_cannot_be_changed(browser):
    assert browser.client.post("/trust/trust.json", base_url=browser.base).status_code in {400, 405}


def test_health_is_told_to_everybody(browser):
    answer = browser.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_serving_the_list_publishes_the_keys_in_it(app, browser, instance):
    store = KeyStore(instance / "keys")
    ceremony.new(store, NOW, form="domestic", name="VN-next")
    assert lifecycle.find(store.signers(), "VN-next").published_at is None
    browser.get("/trust/trust.json")
    assert lifecycle.find(store.signers(), "VN-next").published_at == NOW
