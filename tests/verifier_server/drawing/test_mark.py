"""The icons of a phone's home screen: as the code draws them, and whole in every shape that a phone cuts."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tools.icons import FILES, FOLDER
from verifier_server.drawing import mark
from verifier_server.health_book.offline_pages import ICONS

ACCENT = (0x0B, 0x5A, 0x8A)


@pytest.mark.parametrize("name", FILES)
def test_the_file_is_what_the_code_draws(name):
    drawn, side = FILES[name]
    kept = Image.open(FOLDER / name)
    assert kept.size == (side, side)
    difference = np.abs(np.asarray(kept.convert("RGBA"), int) - np.asarray(drawn(side).convert("RGBA"), int))
    assert difference.max() <= 2, "draw them anew: python -m tools.icons"


def test_the_manifest_names_files_that_are_there_with_their_size():
    assert {"192x192", "512x512"} <= {size for size, _kind, _purpose in ICONS.values()}
    for name, (size, kind, _purpose) in ICONS.items():
        picture = Image.open(FOLDER.parent / name)
        assert (f"{picture.width}x{picture.height}", Image.MIME[picture.format]) == (size, kind)


def test_a_mask_cuts_nothing_off_the_mark():
    pixels = np.asarray(mark.maskable(256).convert("RGB"), int)
    rows, columns = np.nonzero(np.abs(pixels - ACCENT).max(axis=2) > 8)
    assert np.hypot(rows - 127.5, columns - 127.5).max() <= 0.4 * 256
    assert len(rows) > 5_000


def test_the_mark_is_that_of_the_drawing():
    svg = Path(FOLDER.parent / "mark.svg").read_text()
    squares = re.findall(r'<rect x="(\d+)" y="(\d+)"', svg)
    assert [(int(x), int(y)) for x, y in squares] == list(mark._SQUARES)
    assert 'd="m27 33 5 6 9-12"' in svg
