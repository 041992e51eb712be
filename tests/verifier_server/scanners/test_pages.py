"""The administrators' page of scanners."""

import re

import pytest
from sqlalchemy import select

from keys import ceremony, lifecycle
from keys.client.enrolment import parse
from keys.store import KeyStore
from verifier_server.scanners.tables import EnrolmentCode, Scanner
from verifier_server.scanners.words import unbroken

from ..builders import DAY, NOW
from ..conftest import Browser, serving
from .builders import a_code, a_proof, a_receipt, a_scanner


@pytest.fixture
def pending(instance):
    """A key that scanners have to know before it signs."""
    store = KeyStore(instance / "keys")
    ceremony.new(store, NOW, form="domestic", name="VN-next")
    store.mark_published(NOW)
    ceremony.new(store, NOW, form="travel", name="VN-unpublished")
    return lifecycle.find(store.signers(), "VN-next").kid


def text_of(page):
    joined = re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", page)
    return " ".join(re.sub(r"<[^>]+>", " ", joined).split())


def test_a_page_without_scanners_says_how_to_begin(administrator):
    page = administrator.get("/scanners").get_data(as_text=True)
    assert "Chưa có máy quét nào được ghi danh." in page
    assert '<svg class="ages"' not in page


def test_each_scanner_is_shown_with_its_age_in_words_and_by_a_shape(administrator, register):
    for post, days in (("01-A-1", 2), ("02-B-1", 9), ("03-C-1", 30), ("04-D-1", None)):
        a_scanner(register, post, days=days)
    page = administrator.get("/scanners").get_data(as_text=True)
    rows = re.findall(r'<tr role="row" class="(\w+)">\s*<th[^>]*><span class="nowrap">([\w-]+)<', page)
    assert rows == [("stale", "03-C-1"), ("silent", "04-D-1"), ("warn", "02-B-1"), ("fresh", "01-A-1")]
    said = text_of(page)
    for words in ("Quá cũ 30 ngày", "Chưa báo", "Cũ 9 ngày", "Còn mới 2 ngày"):
        assert words in said
    assert page.count('class="shape"') >= 8


def test_the_share_of_scanners_that_hold_a_pending_key_is_said(administrator, register, pending):
    for number in range(15):
        a_scanner(register, f"79-CLT-{number}", pending, days=1)
    a_scanner(register, "01-NB-2", days=1)
    said = text_of(administrator.get("/scanners").get_data(as_text=True))
    assert "VN-next 94% trong 16 máy quét đã có khóa này. Còn chờ: 01-NB-2." in said
    administrator.get("/language/en")
    said = text_of(administrator.get("/scanners").get_data(as_text=True))
    assert "VN-next 94% of 16 scanners hold it. Waiting for: 01-NB-2." in said
    assert "VN-unpublished" not in said


def test_a_code_is_shown_once_and_enrols_one_scanner(administrator, register):
    answer = administrator.post("/scanners", {"post": " 79-CLT-1 "})
    page = answer.get_data(as_text=True)
    code = parse(re.search(r"checkpoint-enrol:\S+?(?=</code>)", page)[0].replace("&amp;", "&"))
    assert (code.post, code.server) == ("79-CLT-1", "https://localhost")
    assert "31/07/2021 07:00" in page
    assert answer.headers["Cache-Control"] == "no-store"
    with register.reading() as session:
        assert session.scalars(select(EnrolmentCode)).one().made_by is not None
    assert code.token not in administrator.get("/scanners").get_data(as_text=True)


def test_a_page_with_a_code_that_is_loaded_again_makes_no_second_one_and_shows_none(administrator, register):
    form = {**dict(administrator.hidden("/scanners")), "post": "79-CLT-1"}
    assert "checkpoint-enrol:" in administrator.post("/scanners", form).get_data(as_text=True)
    for _ in range(2):
        again = administrator.post("/scanners", form)
        assert (again.status_code, again.location) == (302, "/scanners")
    with register.reading() as session:
        assert len(session.scalars(select(EnrolmentCode)).all()) == 1
    assert "checkpoint-enrol:" in administrator.post("/scanners", {"post": "79-CLT-1"}).get_data(as_text=True)


def test_a_form_with_a_mistake_can_be_sent_again_put_right(administrator):
    form = dict(administrator.hidden("/scanners"))
    assert administrator.post("/scanners", {**form, "post": "a b"}).status_code == 422
    assert "checkpoint-enrol:" in administrator.post("/scanners", {**form, "post": "79-B"}).get_data(as_text=True)


def test_a_posts_code_is_not_broken_and_its_characters_stay_harmless():
    assert unbroken("79-CLT-1") == '<span class="nowrap">79-CLT-1</span>'
    assert unbroken("<b>") == '<span class="nowrap">&lt;b&gt;</span>'
    assert unbroken("79-" + "CHO-LON-" * 4) == "79-" + "CHO-LON-" * 4


def test_the_address_in_a_code_is_the_one_of_the_settings(instance, pages_url, clock):
    for app in serving(instance, pages_url, clock, public_address="https://passes.example.vn"):
        opened = Browser(app)
        opened.log_in("administrator")
        assert "passes.example.vn&amp;token" in opened.post("/scanners", {"post": "79-CLT-1"}).get_data(as_text=True)


@pytest.mark.parametrize("post", ["", "chốt", "a b", "-1", "x" * 41, "<b>"])
def test_a_post_that_is_no_code_is_refused_beside_its_field(administrator, register, post):
    answer = administrator.post("/scanners", {"post": post})
    assert answer.status_code == 422
    assert "Mã chốt chỉ có chữ, số và gạch nối" in answer.get_data(as_text=True)
    with register.reading() as session:
        assert session.scalars(select(EnrolmentCode)).all() == []


def test_a_page_that_was_opened_without_https_makes_no_code(administrator, register):
    administrator.base = "http://passes.example.vn"
    with administrator.client.session_transaction(base_url=administrator.base):
        pass
    app = administrator.client.application
    app.config["SESSION_COOKIE_SECURE"] = False
    administrator.log_in("administrator")
    answer = administrator.post("/scanners", {"post": "79-CLT-1"})
    assert (answer.status_code, "https://" in text_of(answer.get_data(as_text=True))) == (422, True)


def test_a_code_that_is_not_used_can_be_cancelled(administrator, register):
    code = a_code(register)
    page = administrator.get("/scanners").get_data(as_text=True)
    path = re.search(r"/scanners/codes/\d+/cancel", page)[0]
    assert administrator.post(path, page="/scanners").status_code == 302
    assert path not in administrator.get("/scanners").get_data(as_text=True)
    from tests.keys.scanners import Device

    device = Device()
    body = {"token": code.token, "key": device.jwk, "proof": a_proof(device, code.token)}
    answer = administrator.client.post("/scanners/enrol", json=body, base_url=administrator.base)
    assert answer.json["code"] == "code_expired"


def test_a_scanner_is_withdrawn_by_its_button_and_counted_no_longer(administrator, register):
    device = a_scanner(register, days=1)
    assert administrator.post(f"/scanners/{device.id}/withdraw", page="/scanners").status_code == 302
    page = administrator.get("/scanners").get_data(as_text=True)
    assert "Ngừng dùng gần đây" in page
    assert f"/scanners/{device.id}/withdraw" not in page
    assert "79-CLT-1: đã ngừng dùng máy quét." in page
    with register.reading() as session:
        assert session.scalars(select(Scanner)).one().withdrawn_at == NOW


def test_a_scanner_that_was_withdrawn_by_mistake_is_taken_back(administrator, register):
    device = a_scanner(register, days=1)
    administrator.post(f"/scanners/{device.id}/withdraw", page="/scanners")
    assert administrator.post(f"/scanners/{device.id}/take-back", page="/scanners").status_code == 302
    assert f"/scanners/{device.id}/withdraw" in administrator.get("/scanners").get_data(as_text=True)
    text = a_receipt(device, at=NOW + 60)
    assert administrator.client.post("/scanners/receipts", data=text, base_url=administrator.base).status_code == 204


def test_withdrawing_what_is_not_there_is_said(administrator):
    answer = administrator.post("/scanners/0000000000000000/withdraw", page="/scanners")
    assert answer.status_code == 409
    assert "Không có máy quét với số này." in answer.get_data(as_text=True)


def test_many_scanners_are_shown_in_pages_and_found_by_their_post(administrator, register):
    for number in range(25):
        a_scanner(register, f"79-CLT-{number}", days=1)
    a_scanner(register, "01-NB-1", days=1)
    first = administrator.get("/scanners").get_data(as_text=True)
    second = administrator.get("/scanners?page=2").get_data(as_text=True)
    assert (first.count("/withdraw"), second.count("/withdraw")) == (20, 6)
    assert "Trang 2 trên 2" in second
    found = administrator.get("/scanners?post=01-").get_data(as_text=True)
    assert (found.count("/withdraw"), "01-NB-1" in found) == (1, True)
    assert "Không có chốt nào" in administrator.get("/scanners?post=<x>").get_data(as_text=True)


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999999999999999", "1.5", "²"])
def test_a_page_that_is_none_shows_one_that_is(administrator, register, page):
    a_scanner(register, days=1)
    answer = administrator.get(f"/scanners?page={page}")
    assert (answer.status_code, answer.get_data(as_text=True).count("/withdraw")) == (200, 1)


def test_a_scanner_grows_old_while_it_is_silent(administrator, register, clock):
    device = a_scanner(register, days=1)
    clock.now += 30 * DAY
    administrator.log_in("administrator")
    assert "Quá cũ 31 ngày" in text_of(administrator.get("/scanners").get_data(as_text=True))
    text = a_receipt(device, days=0, now=NOW + 30 * DAY)
    administrator.client.post("/scanners/receipts", data=text, base_url=administrator.base)
    assert "Còn mới hôm nay" in text_of(administrator.get("/scanners").get_data(as_text=True))
