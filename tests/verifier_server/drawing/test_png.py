import io

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.verifier_server.drawing.builders import BEGUN, COMPLETE, LOOKS, NONE, a_text, pixels
from verifier_server.drawing import bulk_png, code_png
from verifier_server.drawing.layout import BORDER, Layout

BLACK, WHITE, INK = (0, 0, 0), (255, 255, 255), (0x11, 0x11, 0x11)
GREEN, YELLOW = (0x0B, 0x6B, 0x3A), (0xFF, 0xD4, 0x00)
AT = Layout(53)
SCALE = 8


def picture(look, **options):
    return pixels(bulk_png(a_text(), **{**look, **options}))


def at(shown, x, y):
    return tuple(int(part) for part in shown[int(y * SCALE), int(x * SCALE)])


def share(shown, colour, box):
    left, top, right, bottom = (round(side * SCALE) for side in box)
    part = shown[top:bottom, left:right].reshape(-1, 3)
    return float((part == colour).all(axis=1).mean())


@pytest.mark.parametrize(("look", "colour"), [(BEGUN, YELLOW), (COMPLETE, GREEN)])
def test_the_frame_has_the_colour_of_the_status_on_all_four_sides(look, colour):
    shown, middle = picture(look), AT.width / 2
    for x, y in [(middle, 1), (1, middle), (AT.width - 1, middle), (middle, AT.height - 0.5)]:
        assert at(shown, x, y) == colour


def test_before_any_dose_the_frame_is_white_with_a_broad_black_border():
    shown, middle = picture(NONE), AT.width / 2
    for outer, inner in [((middle, 1), (middle, BORDER + 0.5)), ((1, middle), (BORDER + 0.5, middle))]:
        assert at(shown, *outer) == BLACK
        assert at(shown, *inner) == WHITE


@pytest.mark.parametrize("look", LOOKS)
def test_the_corners_of_the_picture_are_paper(look):
    shown = picture(look)
    assert [tuple(map(int, shown[y, x])) for x in (0, -1) for y in (0, -1)] == [WHITE] * 4


def test_a_tick_in_a_circle_stands_beside_the_words():
    shown = picture(COMPLETE)
    left, top, side = AT.shape
    middle = (left + side / 2, top + side / 2)
    assert at(shown, left + side * 0.06, middle[1]) == WHITE  # the ring's left
    assert at(shown, left + side * 0.45, top + side * 0.65) == WHITE  # the tick's corner
    assert at(shown, middle[0], top + side * 0.25) == GREEN  # between ring and tick
    assert at(shown, left + 0.5, top + 0.5) == GREEN  # outside the ring


def test_a_diamond_with_the_fraction_stands_beside_the_words():
    shown = picture(BEGUN)
    left, top, side = AT.shape
    assert at(shown, left + side / 2, top + side * 0.04) == INK  # the diamond's top
    assert at(shown, left + side * 0.15, top + side * 0.15) == YELLOW  # outside it
    inside = (left + side * 0.25, top + side * 0.35, left + side * 0.75, top + side * 0.65)
    assert 0.1 < share(shown, INK, inside) < 0.6


def test_other_fractions_look_different():
    one, two = picture(BEGUN), picture(BEGUN, doses=2, series=3)
    assert not np.array_equal(one, two)


def test_a_dashed_ring_around_a_zero_stands_beside_the_words():
    shown = picture(NONE)
    left, top, side = AT.shape
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    ring = [at(shown, left + side * (0.5 + 0.44 * np.cos(a)), top + side * (0.5 + 0.44 * np.sin(a))) for a in angles]
    dark = np.array([sum(colour) < 300 for colour in ring])
    assert (dark != np.roll(dark, 1)).sum() == 24  # twelve dashes, each with two ends
    assert at(shown, left + side / 2, top + side / 2) == WHITE  # the zero's inside


@pytest.mark.parametrize("look", LOOKS)
def test_words_are_written_in_the_ink_of_the_look(look):
    shown = picture(look)
    left, middle, room = AT.words
    ink = {NONE["status"]: INK, BEGUN["status"]: INK, COMPLETE["status"]: WHITE}[look["status"]]
    assert 0.05 < share(shown, ink, (left, middle - 3, left + room / 2, middle + 3)) < 0.7


@pytest.mark.parametrize("scale", [1, 2, 5, 8, 20])
def test_the_size_follows_from_the_scale(scale):
    shown = pixels(bulk_png(a_text(), scale=scale, **COMPLETE))
    assert shown.shape == (AT.height * scale, AT.width * scale, 3)


@pytest.mark.parametrize("scale", [0, -1, 21])
def test_a_scale_out_of_bounds_is_a_wrong_call(scale):
    with pytest.raises(ValueError, match="scale"):
        bulk_png(a_text(), scale=scale, **COMPLETE)


@pytest.mark.parametrize("draw", [code_png, bulk_png])
@pytest.mark.parametrize(("length", "most"), [(249, 8_000), (594, 15_000)])
def test_files_are_small_and_have_sixteen_colours(draw, length, most):
    file = draw(a_text(length), **COMPLETE)
    opened = Image.open(io.BytesIO(file))
    assert len(file) < most
    assert opened.mode == "P"
    assert opened.tile[0].args == "P;4" or opened.tile[0][3] == "P;4"


@pytest.mark.parametrize("look", LOOKS)
def test_another_png_reader_sees_the_same_pixels(look):
    file = bulk_png(a_text(), **look)
    by_opencv = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert np.array_equal(by_opencv, pixels(file))


def test_many_pictures_of_one_kind_differ_only_in_their_codes():
    first, second = (pixels(bulk_png(a_text(seed=seed), **COMPLETE)) for seed in (1, 2))
    different = np.argwhere((first != second).any(axis=2))
    low, high = AT.code * SCALE, (AT.code + AT.size) * SCALE
    assert different.min() >= low
    assert different.max() < high
