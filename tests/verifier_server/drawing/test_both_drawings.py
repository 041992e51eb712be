"""The page's drawing and the bulk drawing, held against each other through both readers."""

import numpy as np
import pytest
import zxingcpp
from pyzbar import pyzbar

from tests.verifier_server.drawing.builders import LOOKS, a_text, grey_of, modules_in, pixels
from verifier_server.drawing import bulk_png, bulk_svg, code_png, code_svg
from verifier_server.drawing.layout import QUIET_ZONE, Layout

TEXTS = [
    pytest.param(a_text(241), 9, id="before a dose"),
    pytest.param(a_text(249), 9, id="domestic"),
    pytest.param(a_text(365), 11, id="longest name"),
    pytest.param(a_text(594, "HC1:"), 15, id="travel"),
    pytest.param("VN1:" + "0123456789" * 24, 9, id="digits only"),
]
PNG = [code_png, bulk_png]
SVG = [code_svg, bulk_svg]


def grey(picture):
    return np.asarray(picture.mean(axis=2), np.uint8)


def by_zxing(frame):
    (code,) = zxingcpp.read_barcodes(frame, formats=zxingcpp.BarcodeFormat.QRCode)
    return code.text, int(code.extra["Version"]), code.ec_level


def by_zbar(frame):
    (code,) = pyzbar.decode(frame, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return code.data.decode()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("draw", PNG)
@pytest.mark.parametrize(("text", "version"), TEXTS)
def test_both_readers_read_each_png(draw, look, text, version):
    frame = grey(pixels(draw(text, **look)))
    assert by_zxing(frame) == (text, version, "M")
    assert by_zbar(frame) == text


@pytest.mark.parametrize("draw", SVG)
@pytest.mark.parametrize(("text", "version"), TEXTS)
def test_both_readers_read_each_svg(draw, text, version):
    frame = grey_of(draw(text, **LOOKS[2]))
    assert by_zxing(frame) == (text, version, "M")
    assert by_zbar(frame) == text


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(("text", "version"), TEXTS)
def test_page_and_bulk_differ_at_most_in_the_mask(look, text, version):
    page, bulk = pixels(code_png(text, **look)), pixels(bulk_png(text, **look))
    assert page.shape == bulk.shape
    at = Layout(17 + 4 * version)
    first, last = at.code * 8, (at.code + at.size) * 8
    outside = np.ones(page.shape[:2], bool)
    outside[first:last, first:last] = False
    assert (page[outside] == bulk[outside]).all()
    assert code_svg(text, **look).partition(' d="')[0] == bulk_svg(text, **look).partition(' d="')[0]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("draw", PNG)
@pytest.mark.parametrize("scale", [1, 3, 8])
def test_every_module_is_whole_and_the_quiet_zone_is_white(draw, look, scale):
    text = a_text(594, "HC1:")
    picture = pixels(draw(text, scale=scale, **look))
    at = Layout(77)
    first, last = (at.code - QUIET_ZONE) * scale, (at.code + at.size + QUIET_ZONE) * scale
    card = picture[first:last, first:last].min(axis=2)
    assert set(np.unique(card)) == {0, 255}
    inner = card[QUIET_ZONE * scale : -QUIET_ZONE * scale, QUIET_ZONE * scale : -QUIET_ZONE * scale]
    ring = card.astype(int).sum() - inner.astype(int).sum()
    assert ring == 255 * (card.size - inner.size)
    symbol = modules_in((code_svg if draw is code_png else bulk_svg)(text, **look))
    assert np.array_equal(inner == 0, np.kron(symbol, np.ones((scale, scale), bool)))
