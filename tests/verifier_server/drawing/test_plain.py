"""Codes of what is no pass: any text, black on white, without a frame."""

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from verifier_server.drawing import DrawingError, text_png, text_svg

TEXT = "checkpoint-enrol:?post=79-CLT-1&server=https%3A%2F%2Fexample.vn&token=" + "aZ9_-" * 8 + "abc"


def test_the_picture_holds_the_text():
    picture = Image.open(io.BytesIO(text_png(TEXT)))
    assert zxingcpp.read_barcode(picture).text == TEXT


def test_a_quiet_zone_of_four_modules_is_around_it_and_no_colour():
    pixels = np.array(Image.open(io.BytesIO(text_png(TEXT, scale=5))).convert("RGB"))
    assert set(np.unique(pixels)) == {0, 255}
    for edge in (pixels[:20], pixels[-20:], pixels[:, :20], pixels[:, -20:]):
        assert edge.min() == 255


def test_the_element_is_told_and_escaped():
    svg = text_svg(TEXT, title="A & B")
    assert "<title>A &amp; B</title>" in svg
    assert "style=" not in svg


@pytest.mark.parametrize("text", ["", "x" * 3000])
def test_what_cannot_be_drawn_is_said(text):
    for draw in (text_png, lambda it: text_svg(it, title="x")):
        with pytest.raises(DrawingError):
            draw(text)
