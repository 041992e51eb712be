import pytest

from scanner_app.errors import WrongCall
from scanner_app.layout import SMALLEST_TEXT, TOUCH, fit, is_wide, text_size, touch_size, unit
from scanner_app.options import size_of
from scanner_app.window import screen_drivers

SIZES = [(320, 480), (480, 320), (360, 720), (768, 1024), (1280, 800), (1920, 1080), (1080, 1920)]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_too_small_to_read_or_to_hit(size):
    assert text_size(15, unit(*size), 0.4) >= SMALLEST_TEXT
    assert touch_size(unit(*size)) >= TOUCH


def test_a_larger_screen_has_larger_things():
    assert unit(360, 640) == 1
    assert unit(1080, 1920) == 3
    assert unit(1920, 1080) > unit(1280, 800) > unit(480, 320)


def test_two_columns_only_where_it_is_wide():
    assert [is_wide(*size) for size in SIZES] == [False, True, False, False, True, True, False]


def test_the_largest_scale_that_fits_is_taken():
    assert fit(lambda scale: 100 * scale, 80) == pytest.approx(0.8)
    assert fit(lambda _: 10, 80) == 1
    assert fit(lambda _: 1000, 80) == pytest.approx(0.4)


def test_a_size_is_two_numbers():
    assert size_of("1280x800") == (1280, 800)
    for wrong in ("", "800", "800x", "10x10", "99999x400", "-400x400", "400X400"):
        with pytest.raises(WrongCall):
            size_of(wrong)


def test_a_screen_must_be_there_to_be_used(tmp_path):
    assert screen_drivers({}, tmp_path) == ""
    assert screen_drivers({"DISPLAY": ":1"}, tmp_path) == "x11"
    assert screen_drivers({"DISPLAY": ":1", "WAYLAND_DISPLAY": "w"}, tmp_path) == "wayland,x11"
    assert screen_drivers({"SDL_VIDEODRIVER": "offscreen"}, tmp_path) == "offscreen"
    (tmp_path / "card0").touch()
    assert screen_drivers({}, tmp_path) == "kmsdrm"
