import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from scanner_app.decoding import Decoder, Found, NoEngineError, missing
from scanner_app.decoding.decoder import LOOKS
from scanner_app.decoding.engines import ZbarEngine, ZxingEngine
from scanner_app.decoding.looks import enlarged, plain
from tests.scanner_app.decoding.builders import A_TEXT, a_code, a_frame, blurred, with_noise


class Seeing:
    """An engine that sees what it is told to, look by look."""

    name = "seeing"

    def __init__(self, *sights):
        self.sights, self.looks = list(sights), 0

    def find(self, _grey):
        self.looks += 1
        return self.sights.pop(0) if self.sights else []


def seen(text, left=0, top=0, side=100):
    return Found(text, ((left, top), (left + side, top), (left + side, top + side), (left, top + side)))


def test_the_code_in_a_frame_is_read():
    assert Decoder().read(a_frame((a_code(), 300, 200))) == [A_TEXT]


def test_a_colour_frame_is_read():
    frame = cv2.cvtColor(a_frame((a_code(), 300, 200)), cv2.COLOR_GRAY2BGR)
    assert Decoder().read(frame) == [A_TEXT]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
def test_a_code_is_read_whichever_way_it_is_held(turns):
    assert Decoder().read(np.rot90(a_frame((a_code(), 300, 200)), turns)) == [A_TEXT]


def test_a_frame_need_not_lie_in_one_piece():
    assert Decoder().read(np.repeat(a_frame((a_code(), 300, 200)), 2, axis=1)[:, ::2]) == [A_TEXT]


def test_a_frame_without_a_code_has_no_texts():
    assert Decoder().read(a_frame()) == []


def test_a_code_in_dark_mode_is_read():
    assert Decoder().read(255 - a_frame((a_code(), 300, 200))) == [A_TEXT]


def test_a_code_too_noisy_for_the_first_look_is_read_enlarged():
    frame = with_noise(a_frame((a_code(pixels=3), 300, 200)), 68)
    assert Decoder([ZxingEngine()], [plain]).read(frame) == []
    assert Decoder([ZxingEngine()], [plain, enlarged]).read(frame) == [A_TEXT]


def test_a_code_too_blurred_for_two_looks_is_read_sharpened():
    frame = with_noise(blurred(a_frame((a_code(pixels=4), 300, 200)), 2.2), 2)
    assert Decoder([ZxingEngine()], [plain, enlarged]).read(frame) == []
    assert Decoder([ZxingEngine()]).read(frame) == [A_TEXT]


def test_zbar_alone_reads_codes_too():
    assert Decoder([ZbarEngine()]).read(a_frame((a_code(), 300, 200))) == [A_TEXT]


def test_several_codes_come_in_reading_order():
    codes = {text: a_code(text, 3) for text in ("VN1:A", "VN1:B", "VN1:C", "VN1:D")}
    frame = a_frame(
        (codes["VN1:B"], 700, 130),
        (codes["VN1:A"], 100, 100),
        (codes["VN1:D"], 800, 420),
        (codes["VN1:C"], 150, 400),
    )
    assert Decoder().read(frame) == list(codes)


def test_the_same_text_twice_in_a_frame_is_one_text_where_it_stands_first():
    found = Decoder().find(a_frame((a_code("VN1:A"), 700, 400), (a_code("VN1:A"), 100, 100)))
    assert [code.text for code in found] == ["VN1:A"]
    assert found[0].box[0] < 300


def test_the_place_of_a_code_found_enlarged_is_its_place_in_the_frame():
    frame = with_noise(a_frame((a_code(pixels=3), 300, 200)), 68)
    left, top, right, bottom = Decoder([ZxingEngine()]).find(frame)[0].box
    quiet, size = 12, a_code(pixels=3).shape[0]
    assert (left, top) == pytest.approx((300 + quiet, 200 + quiet), abs=8)
    assert (right, bottom) == pytest.approx((300 + size - quiet, 200 + size - quiet), abs=8)


def test_a_look_that_has_read_all_it_sees_ends_the_search():
    engine = Seeing([seen("VN1:A")], [seen("VN1:B")])
    assert Decoder([engine]).read(a_frame()) == ["VN1:A"]
    assert engine.looks == 1


def test_a_code_that_was_seen_but_not_read_is_looked_at_again():
    engine = Seeing([seen("VN1:A"), seen(None, 500)], [seen("VN1:B", 1000, side=200)])
    assert Decoder([engine]).read(a_frame()) == ["VN1:A", "VN1:B"]


def test_a_failed_outline_on_a_code_that_was_read_is_nothing_to_look_for():
    engine = Seeing([seen("VN1:A"), seen(None, 10)])
    assert Decoder([engine]).read(a_frame()) == ["VN1:A"]
    assert engine.looks == 1


def test_the_second_engine_looks_once_where_the_first_reads_nothing():
    first, second = Seeing(), Seeing([seen("VN1:A")])
    assert Decoder([first, second]).read(a_frame()) == ["VN1:A"]
    assert (first.looks, second.looks) == (len(LOOKS), 1)


def test_a_frame_that_has_cost_too_much_gets_no_further_look():
    engine = Seeing()
    assert Decoder([engine], patience=-1).read(a_frame()) == []
    assert engine.looks == 1


@pytest.mark.parametrize(
    "shape", [(0, 0), (0, 9), (9, 0), (1, 1), (1, 70_000), (70_000, 1), (20, 20), (0, 9, 3), (30, 30, 3)]
)
@pytest.mark.parametrize("value", [0, 128, 255])
def test_a_frame_of_any_size_is_answered(shape, value):
    for engine in (ZxingEngine(), ZbarEngine()):
        assert Decoder([engine]).read(np.full(shape, value, np.uint8)) == []


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(0, 90), st.integers(0, 90))))
def test_any_grey_array_is_answered(frame):
    assert all(isinstance(text, str) for text in Decoder().read(frame))


@pytest.mark.timeout(60)
def test_a_huge_frame_is_answered_and_its_code_read():
    frame = np.full((8000, 8000), 200, np.uint8)
    assert Decoder().read(frame) == []
    code = a_code(pixels=16)
    frame[3000 : 3000 + len(code), 3000 : 3000 + len(code)] = code
    assert Decoder().read(frame) == [A_TEXT]


@pytest.mark.timeout(60)
def test_a_huge_frame_full_of_finder_patterns_is_answered_in_bounded_time():
    finder = np.full((9, 9), 255, np.uint8)
    finder[1:8, 1:8] = 0
    finder[2:7, 2:7] = 255
    finder[3:6, 3:6] = 0
    finder = np.kron(finder, np.ones((3, 3), np.uint8))
    assert Decoder().read(np.tile(finder, (220, 220))) == []


@pytest.mark.parametrize("wrong", [np.zeros((9, 9)), np.zeros((9, 9, 4), np.uint8), np.zeros(9, np.uint8)])
def test_what_is_no_frame_is_a_wrong_call(wrong):
    with pytest.raises(TypeError, match="uint8"):
        Decoder().read(wrong)


def test_with_both_engines_nothing_is_missing():
    assert missing() is None


def test_without_zbar_codes_are_read_and_one_sentence_says_what_is_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    assert Decoder().read(a_frame((a_code(), 300, 200))) == [A_TEXT]
    assert "libzbar0" in missing()
    assert "zxing" not in missing()


def test_without_zxing_codes_are_read_by_zbar(monkeypatch):
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    assert Decoder().read(a_frame((a_code(), 300, 200))) == [A_TEXT]
    assert "zxing-cpp" in missing()


def test_without_any_engine_there_is_no_decoder_and_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    with pytest.raises(NoEngineError, match=r"zxing-cpp.*libzbar0"):
        Decoder()
