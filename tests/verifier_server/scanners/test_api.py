"""What scanners send to the server, and what it answers them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from keys import receipts
from tests.keys.scanners import Device
from verifier_server.scanners.listing import coverage_of, exported, withdraw
from verifier_server.scanners.tables import EnrolmentCode, Scanner

from ..builders import DAY, NOW
from .builders import SERVER, a_code, a_proof, a_receipt, a_scanner, an_enrolment

KID = bytes(range(8))


@pytest.fixture
def device():
    return Device()


@pytest.fixture
def enrolled(register):
    return a_scanner(register)


@pytest.fixture
def post(browser):
    """Send something as a scanner does: no cookie, no form."""

    def send(path, body, kind="application/json"):
        how = {"json": body} if isinstance(body, dict | list) else {"data": body, "content_type": kind}
        return browser.client.post(path, base_url=browser.base, **how)

    return send


def send_receipt(post, text):
    return post("/scanners/receipts", text, "application/jose")


def only(register):
    with register.reading() as session:
        return session.scalars(select(Scanner).options(undefer(Scanner.receipt))).one()


def test_a_device_with_a_code_is_enrolled_at_its_post(post, register, device):
    code = a_code(register)
    answer = post("/scanners/enrol", an_enrolment(device, code.token))
    assert answer.status_code == 201
    assert answer.json == {"device": device.id, "post": "79-CLT-1", "channel": f"{SERVER}/channel/"}
    assert (only(register).device, only(register).post, only(register).enrolled_at) == (device.id, "79-CLT-1", NOW)


def test_a_code_works_once(post, register, device):
    code = a_code(register)
    post("/scanners/enrol", an_enrolment(device, code.token))
    answer = post("/scanners/enrol", an_enrolment(Device(), code.token))
    assert (answer.status_code, answer.json["code"]) == (403, "code_used")
    assert only(register).device == device.id


def test_the_same_device_may_ask_again_when_the_answer_got_lost(post, register, device, clock):
    body = an_enrolment(device, a_code(register).token)
    first = post("/scanners/enrol", body)
    clock.now += 2 * DAY
    again = post("/scanners/enrol", body)
    assert (again.status_code, again.json) == (201, first.json)


def test_a_code_works_for_a_limited_time(post, register, device, clock):
    code = a_code(register)
    clock.now += DAY
    answer = post("/scanners/enrol", an_enrolment(device, code.token))
    assert (answer.status_code, answer.json["code"]) == (403, "code_expired")
    assert answer.json["message"].endswith(".")


def test_a_token_that_nobody_made_enrols_nothing(post, register, device):
    answer = post("/scanners/enrol", an_enrolment(device, "A" * 43))
    assert (answer.status_code, answer.json["code"]) == (403, "code_unknown")


def test_the_database_holds_no_token(register):
    code = a_code(register)
    with register.reading() as session:
        row = session.scalars(select(EnrolmentCode)).one()
        assert code.token not in {str(value) for value in vars(row).values()}
        assert len(row.token_hash) == 64


def test_a_device_moves_to_another_post_with_a_new_code(post, register, enrolled):
    answer = post("/scanners/enrol", an_enrolment(enrolled, a_code(register, "01-NB-2").token))
    assert (answer.status_code, only(register).post) == (201, "01-NB-2")


def test_a_withdrawn_device_comes_back_with_a_new_code_only(post, register, device):
    body = an_enrolment(device, a_code(register).token)
    post("/scanners/enrol", body)
    with register.writing() as session:
        withdraw(session, device.id, NOW)
    assert post("/scanners/enrol", body).json["code"] == "code_used"
    assert post("/scanners/enrol", an_enrolment(device, a_code(register).token)).status_code == 201
    assert only(register).withdrawn_at is None


def hostile_enrolments():
    ours, other = Device(), Device()
    good = "T" * 43
    body = an_enrolment(ours, good)
    yield "no object", [1]
    yield "nothing", {}
    yield "a token that is a number", body | {"token": 7}
    yield "a key that is a text", body | {"key": "P-256"}
    yield "a key with a number in it", body | {"key": ours.jwk | {"x": 7}}
    yield "a private key", body | {"key": ours.jwk | {"d": "A" * 43}}
    yield "a key of another curve", body | {"key": ours.jwk | {"crv": "P-384"}}
    yield "a point that is on no curve", body | {"key": ours.jwk | {"x": "A" * 43}}
    yield "another's proof", body | {"proof": a_proof(other, good)}
    yield "a proof for another token", body | {"proof": a_proof(ours, "U" * 43)}
    yield "a proof with more in it", body | {"proof": a_proof(ours, good, post="x")}
    yield "a receipt for a proof", body | {"proof": ours.receipt(KID)}
    yield "a proof that is none", body | {"proof": "a.b.c"}
    yield "a long token", body | {"token": "T" * 65}


@pytest.mark.parametrize(("what", "body"), list(hostile_enrolments()), ids=lambda it: it if isinstance(it, str) else "")
def test_an_enrolment_that_is_not_sound_is_refused_in_one_sentence(post, register, what, body):
    answer = post("/scanners/enrol", body)
    assert (answer.status_code, set(answer.json)) == (400, {"code", "message"})
    assert answer.json["message"].strip().endswith(".")
    with register.reading() as session:
        assert session.scalars(select(Scanner)).all() == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5000, b"null", b'"x"'])
def test_what_is_no_json_is_refused(post, body):
    assert post("/scanners/enrol", body).status_code == 400


def test_large_bodies_are_refused_before_they_are_read(post):
    answer = post("/scanners/enrol", b" " * 9000)
    assert (answer.status_code, answer.json["code"]) == (413, "http_413")
    assert send_receipt(post, "x" * 300_000).status_code == 413


def test_a_receipt_of_many_files_is_taken(post, register, enrolled):
    files = {f"targets/rules%2F{number:03d}%2Frules.json": "0" * 64 for number in range(900)}
    text = enrolled.receipt(KID, at=NOW, files=files)
    assert len(text) > 64 * 1024
    assert send_receipt(post, text).status_code == 204


def test_a_receipt_is_kept_with_what_it_says(post, register, enrolled):
    answer = send_receipt(post, a_receipt(enrolled, KID, days=3))
    assert (answer.status_code, answer.data) == (204, b"")
    kept = only(register)
    assert (kept.receipt_at, kept.received_at, kept.keys_signed_at) == (NOW, NOW, NOW - 3 * DAY)
    assert kept.signers == KID.hex()


def test_a_receipt_that_is_not_newer_changes_nothing_and_is_no_error(post, register, enrolled):
    send_receipt(post, a_receipt(enrolled, KID))
    kept = only(register).receipt
    for late in (a_receipt(enrolled, at=NOW - 1), a_receipt(enrolled, at=NOW)):
        assert send_receipt(post, late).status_code == 204
    assert only(register).receipt == kept
    assert send_receipt(post, a_receipt(enrolled, at=NOW + 1)).status_code == 204
    assert only(register).signers == ""


def test_a_receipt_dated_in_the_future_is_refused_or_no_true_one_would_count_again(post, register, enrolled):
    answer = send_receipt(post, a_receipt(enrolled, KID, at=NOW + 2 * DAY))
    assert (answer.status_code, answer.json["code"]) == (400, "receipt_from_future")
    assert only(register).receipt is None


def test_a_receipt_of_a_stranger_or_with_anothers_signature_is_refused(post, register, enrolled):
    stranger = Device()
    assert send_receipt(post, a_receipt(stranger)).status_code == 404
    forged = a_receipt(stranger).split(".")
    head = a_receipt(enrolled).split(".")[0]
    assert send_receipt(post, ".".join([head, *forged[1:]])).status_code == 400
    assert only(register).receipt is None


def test_a_withdrawn_scanner_is_told_so(post, register, enrolled):
    with register.writing() as session:
        withdraw(session, enrolled.id, NOW)
    answer = send_receipt(post, a_receipt(enrolled, KID))
    assert (answer.status_code, answer.json["code"]) == (403, "scanner_withdrawn")


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c", "é.b.c", "x" * 5000, "\x00"])
def test_what_is_no_receipt_is_refused(post, text):
    answer = send_receipt(post, text.encode())
    assert (answer.status_code, set(answer.json)) == (400, {"code", "message"})


def test_too_many_enrolments_from_one_place_are_slowed(post):
    answers = [post("/scanners/enrol", {}).status_code for _ in range(25)]
    assert set(answers) == {400, 429}
    assert post("/scanners/enrol", {}).json["code"] == "http_429"


def test_answers_to_scanners_set_no_cookie_and_stay_in_no_cache(post):
    answer = post("/scanners/enrol", {})
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_fault_is_told_without_its_inside(app, post, register, monkeypatch):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("verifier_server.scanners.api.take_receipt", lambda *_: 1 / 0)
    answer = send_receipt(post, "x")
    assert (answer.status_code, answer.json["code"]) == (500, "server_fault")
    assert b"Zero" not in answer.data


def test_the_exported_file_is_what_the_keys_commands_read(register):
    holds = a_scanner(register, "79-CLT-1", KID, days=1)
    lacks = a_scanner(register, "01-NB-2", days=2)
    silent = a_scanner(register, "01-NB-1")
    gone = a_scanner(register, "99-X-1", KID, days=1)
    with register.writing() as session:
        withdraw(session, gone.id, NOW)
        known = receipts.load_scanners(exported(session, NOW))
        counted = receipts.coverage(KID, known)
        assert counted == coverage_of(session, KID)
    assert {it.device for it in known} == {holds.id, lacks.id, silent.id}
    assert (counted.total, counted.holding, counted.waiting) == (3, 1, ("01-NB-1", "01-NB-2"))
