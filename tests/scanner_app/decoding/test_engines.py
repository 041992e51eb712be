import numpy as np
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner_app.decoding.engines import ZbarEngine, ZxingEngine
from tests.scanner_app.decoding.builders import A_TEXT, a_code, a_code_of_bytes, a_frame, with_noise

ENGINES = [ZxingEngine, ZbarEngine]


def texts(engine, frame):
    return [code.text for code in engine().find(frame) if code.text is not None]


@pytest.mark.parametrize("engine", ENGINES)
def test_each_engine_alone_reads_a_code_and_says_where_it_is(engine):
    (code,) = engine().find(a_frame((a_code(), 300, 200)))
    left, top, right, bottom = code.box
    assert code.text == A_TEXT
    assert 300 < left < right < 600
    assert 200 < top < bottom < 500


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "text", ["0123456789", "HC1:ABC $%*+-./:", "Nguyễn Thị Hòa|31/01/1990", "https://example.org/?a=b", "日本語", "😀"]
)
def test_texts_of_every_alphabet_are_read_as_they_were_written(engine, text):
    assert texts(engine, a_code_of_bytes(text.encode())) == [text]


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(min_size=1, max_size=40))
def test_bytes_that_are_no_text_come_out_as_some_text(engine, data):
    for text in texts(engine, a_code_of_bytes(data)):
        assert text.encode("utf-8") is not None  # no lone surrogates: it can be written and logged


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("data", [b"\xff\xfe\xfd", b"caf\xe9", bytes(range(256)), b"\x00" * 20, b"\xed\xa0\x80 lone"])
def test_bytes_that_are_not_utf_8_are_read_without_an_error(engine, data):
    assert all(isinstance(text, str) for text in texts(engine, a_code_of_bytes(data)))


def test_a_code_that_names_a_character_set_its_bytes_are_not_in_is_no_error():
    code = zxingcpp.create_barcode(b"\xff\xfe\x80", zxingcpp.BarcodeFormat.QRCode)
    assert all(isinstance(text, str) for text in texts(ZxingEngine, np.array(code.to_image(scale=6))))


def test_a_micro_qr_code_is_not_read():
    # Its few bits of error detection would let it be "read" in noise.
    code = zxingcpp.create_barcode("12345", zxingcpp.BarcodeFormat.MicroQRCode)
    assert ZxingEngine().find(np.array(code.to_image(scale=6))) == []


def test_a_code_that_is_seen_but_not_read_has_no_text():
    code = a_code(pixels=5)
    code[80:200, 80:200] = 128
    seen = ZxingEngine().find(a_frame((code, 300, 200)))
    assert seen
    assert {one.text for one in seen} == {None}


@pytest.mark.parametrize("engine", ENGINES)
def test_noise_has_no_texts_and_nothing_is_printed(engine, capfd):
    for seed in range(12):
        assert texts(engine, with_noise(a_frame(size=(480, 640)), 90, seed)) == []
    assert capfd.readouterr() == ("", "")
