"""The page of pictures shows every picture there is, and nothing that is not there; pictures keep flat colours."""

import io
import re

from PIL import Image, ImageDraw

from tools import screens_index
from tools.screens_tour import light

SHOWN = re.compile(r'<img src="([^"]+)"')


def test_the_page_of_pictures_shows_every_page_that_is_named_and_only_what_is_there():
    kept = (screens_index.FOLDER / "README.md").read_text("utf-8")
    assert kept.startswith("# Pictures of every page\n"), "write it anew: python -m tools.screens_index"
    gone = [name for name in SHOWN.findall(kept) if not (screens_index.FOLDER / name).exists()]
    assert gone == [], "write it anew: python -m tools.screens_index"
    for screens in screens_index.PARTS.values():
        assert [screen for screen in screens.split() if f'alt="{screen}"' not in kept] == []


def test_every_picture_is_shown_once_and_every_page_in_both_sizes_and_languages():
    shown = SHOWN.findall(screens_index.page())
    there = {
        path.relative_to(screens_index.FOLDER).as_posix()
        for part in ("server", "scanner")
        for path in (screens_index.FOLDER / part).glob("*.png")
    }
    assert len(shown) == len(set(shown))
    assert set(shown) == there
    for screens in screens_index.PARTS.values():
        for screen in screens.split():
            found = [name for name in there if re.fullmatch(rf"server/\d+x\d+-(vi|en)-{screen}\.png", name)]
            # A phone gets few codes: the pages between phone and book are taken once.
            assert len(found) == (1 if screen in {"book-code", "book-outbox"} else 4), screen


def test_a_picture_is_made_light_and_its_flat_colours_stay_what_they_are():
    page = Image.new("RGB", (400, 300), "#E9ECEF")
    draw = ImageDraw.Draw(page)
    draw.rectangle((20, 20, 380, 120), "#0B6B3A")
    draw.rectangle((20, 140, 380, 280), "#FFD400")
    for step in range(300):
        draw.point((30 + step, 200), (step % 256, 255 - step % 256, step // 2))
    made = io.BytesIO()
    page.save(made, "PNG")
    shown = light(made.getvalue())
    assert shown.mode == "P"
    colours = shown.convert("RGB")
    assert [colours.getpixel(at) for at in ((5, 5), (50, 50), (50, 250))] == [
        (0xE9, 0xEC, 0xEF),
        (0x0B, 0x6B, 0x3A),
        (0xFF, 0xD4, 0x00),
    ]
