"""Try my card: judged as a checkpoint would, nothing kept, and pictures made to harm."""

import io
import struct
import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from vaccine_pass.status import Status
from verifier_server.drawing import code_png
from verifier_server.errors import FieldError
from verifier_server.web.pictures import opened, remade

from ..builders import NOW, a_pass, a_vaccinated_person
from ..serving import a_channel


def picture(text, mode="PNG"):
    drawn = Image.open(io.BytesIO(code_png(text, status=Status.COMPLETE, doses=2, series=2))).convert("RGB")
    made = io.BytesIO()
    drawn.save(made, mode)
    return made.getvalue()


def a_png(width, height, rows=b""):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def judge(browser, data, name="card.png"):
    hidden = dict(browser.hidden("/try"))
    sent = {**hidden, "picture": (io.BytesIO(data), name)}
    return browser.client.post("/try", data=sent, base_url=browser.base, content_type="multipart/form-data")


@pytest.fixture
def card(register, new_desk):
    with register.writing() as session:
        person = a_vaccinated_person(session)
    return a_pass(register, new_desk(register), person.id)


def test_a_good_card_is_green_and_an_altered_one_red(browser, instance, card):
    a_channel(instance, NOW)
    page = judge(browser, picture(card.text, "JPEG"), "card.jpg").get_data(as_text=True)
    assert 'data-verdict="accepted"' in page
    assert 'class="verdict narrow complete"' in page
    assert "Nguyễn Thị Hoàng Phương Thảo" in page
    middle = len(card.text) // 2
    altered = card.text[:middle] + ("A" if card.text[middle] != "A" else "B") + card.text[middle + 1 :]
    page = judge(browser, picture(altered)).get_data(as_text=True)
    assert 'class="verdict narrow refused"' in page
    assert "Phương Thảo" not in page


def test_it_judges_by_the_published_time_and_expiry(browser, instance, card, clock):
    a_channel(instance, NOW)
    clock.now = float(card.expires_at + 3 * 86_400)
    page = judge(browser, picture(card.text)).get_data(as_text=True)
    assert 'data-verdict="accepted"' not in page


def test_without_a_published_release_nothing_can_be_told(browser, card):
    page = judge(browser, picture(card.text)).get_data(as_text=True)
    assert 'class="verdict narrow cannot_tell"' in page


def test_a_picture_without_a_code_says_so(browser):
    made = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(made, "PNG")
    page = judge(browser, made.getvalue()).get_data(as_text=True)
    assert 'data-verdict="no_code"' in page


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a\x01\x00\x01\x00",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n",
        a_png(60_000, 60_000),
        a_png(5_000, 10_001),
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"RIFF\x24\x00\x00\x00WEBPVP8 ",
        b"8BPS" + b"\0" * 40,
    ],
    ids=["gif", "svg", "pdf", "cut", "bomb", "too many pixels", "jpeg", "webp", "psd"],
)
def test_a_hostile_picture_is_one_sentence(browser, data):
    answer = judge(browser, data)
    assert answer.status_code == 422
    assert "Đây không phải ảnh JPEG" in answer.get_data(as_text=True)


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_whoever_sends_heic_hears_what_to_do(browser, brand):
    answer = judge(browser, b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0mif1heic" + b"\0" * 200, "IMG_0001.HEIC")
    assert answer.status_code == 422
    assert "Ảnh này ở dạng HEIC. Hãy chụp màn hình" in answer.get_data(as_text=True)


def test_no_picture_and_one_that_is_too_large(browser):
    assert judge(browser, b"", "").status_code == 422
    assert judge(browser, b"\0" * (8 * 1024 * 1024 + 1)).status_code == 422
    assert judge(browser, b"\0" * (9 * 1024 * 1024)).status_code == 413


def test_the_camera_is_open_to_this_page_only(browser):
    assert "camera=(self)" in browser.get("/try").headers["Permissions-Policy"]
    assert "camera=()" in browser.get("/book/login").headers["Permissions-Policy"]


def test_one_place_may_try_so_often_a_minute(browser):
    hidden = dict(browser.hidden("/try"))
    answers = [browser.client.post("/try", data=hidden, base_url=browser.base).status_code for _ in range(61)]
    assert answers[:60] == [422] * 60
    assert answers[60] == 429


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from(["JPEG", "PNG", "WEBP"]), st.integers(0, 600))
def test_whatever_the_bytes_are_the_answer_is_a_picture_or_one_error(noise, mode, at):
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, mode)
    whole = made.getvalue()
    at = min(at, len(whole))
    try:
        assert max(opened(whole[:at] + noise + whole[at + len(noise) :]).size) <= 2_400
    except FieldError as problem:
        assert problem.code == "bad_picture"


def test_evidence_is_made_anew_without_its_place():
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "a camera's name"
    Image.new("RGB", (3_000, 2_000), "red").save(made, "JPEG", exif=exif)
    assert b"a camera's name" in made.getvalue()
    kept = remade(made.getvalue() + b"<script>")
    assert b"camera" not in kept
    assert b"script" not in kept
    assert Image.open(io.BytesIO(kept)).size == (1_600, 1_067)
