import xml.etree.ElementTree as ET

import pytest

from tests.verifier_server.drawing.builders import BEGUN, COMPLETE, LOOKS, NONE, a_text
from verifier_server.drawing import bulk_svg, code_svg

SVG = "{http://www.w3.org/2000/svg}"


def drawn(look, draw=code_svg, **options):
    return ET.fromstring(draw(a_text(), **{**look, **options}))


@pytest.mark.parametrize("draw", [code_svg, bulk_svg])
@pytest.mark.parametrize("look", LOOKS)
def test_a_screen_reader_finds_one_picture_with_a_name_and_a_description(draw, look):
    root = drawn(look, draw)
    assert root.get("role") == "img"
    assert root.get("lang") == "vi"
    assert root[0].tag == SVG + "title"
    assert root[0].text.startswith("Mã QR: ")
    assert root[1].tag == SVG + "desc"
    assert root[1].text


@pytest.mark.parametrize(
    ("look", "fills"), [(NONE, ["#000", "#FFFFFF"]), (BEGUN, ["#FFD400", "#fff"]), (COMPLETE, ["#0B6B3A", "#fff"])]
)
def test_frame_and_card_have_the_colours_of_the_status(look, fills):
    assert [box.get("fill") for box in drawn(look).iter(SVG + "rect")] == fills


def test_the_code_is_black_and_sharp():
    code = drawn(COMPLETE).find(SVG + "path")
    assert code.get("stroke") == "#000"
    assert code.get("shape-rendering") == "crispEdges"


@pytest.mark.parametrize(("look", "lines"), [(NONE, 12 + 1), (BEGUN, 1 + 3), (COMPLETE, 2)])
def test_the_shape_is_drawn_in_strokes_not_in_letters(look, lines):
    shape = drawn(look).find(SVG + "g")
    assert [line.tag for line in shape] == [SVG + "path"] * lines


def test_the_words_stand_under_the_code_in_a_font_with_vietnamese():
    words = drawn(COMPLETE).find(SVG + "text")
    assert words.text == "Đủ 2 mũi"
    assert "Be Vietnam Pro" in words.get("font-family")
    assert float(words.get("y")) > 53


def test_english_is_english_throughout():
    root = drawn(BEGUN, lang="en")
    assert root.get("lang") == "en"
    assert root.find(SVG + "title").text == "QR code: 1 of 2 doses"
    assert root.find(SVG + "text").text == "1 of 2 doses"


def test_nothing_is_fetched_or_run_from_a_picture():
    svg = code_svg(a_text(), **COMPLETE)
    assert "href" not in svg
    assert "<script" not in svg
    assert "<style" not in svg
