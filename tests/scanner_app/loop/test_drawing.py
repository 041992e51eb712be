"""The picture of a frame's code."""

import builtins
import random

import numpy as np
import pytest

from keys.loop import frames
from scanner_app.decoding import Decoder
from scanner_app.decoding.engines import ZbarEngine, ZxingEngine
from scanner_app.errors import ScannerError
from scanner_app.loop import drawing

LONGEST = frames.body_text(bytes(16), 0, random.Random(1).randbytes(frames.BODY_BLOCK))


@pytest.mark.parametrize("text", [LONGEST, frames.body_text(bytes(16), 1, b"short")])
@pytest.mark.parametrize("engine", [ZxingEngine, ZbarEngine])
def test_every_reader_reads_what_is_drawn(text, engine):
    assert Decoder([engine()]).read(drawing.picture(text, 5)) == [text]


def test_every_code_has_one_size_with_its_quiet_zone_of_white():
    for text in (LONGEST, "VNT1:A"):
        modules = drawing.modules(text)
        assert modules.shape == (93, 93)
        assert set(np.unique(modules)) == {0, 255}
        for edge in (modules[:4], modules[-4:], modules[:, :4], modules[:, -4:]):
            assert (edge == 255).all()


def test_without_zxing_opencv_draws_a_code_that_is_read_as_well(monkeypatch):
    true_import = builtins.__import__

    def without(name, *rest):
        if name == "zxingcpp":
            raise ImportError(name)
        return true_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    drawn = drawing.picture(LONGEST, 5)
    monkeypatch.undo()
    assert drawn.shape == (465, 465)
    assert Decoder().read(drawn) == [LONGEST]


@pytest.mark.parametrize("text", ["", "VNT1:" + "A" * 940])
def test_a_text_that_does_not_fit_is_refused(text):
    with pytest.raises(ScannerError):
        drawing.modules(text)
