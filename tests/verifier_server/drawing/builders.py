"""Texts to draw, and drawings made into pixels again."""

import io
import random
import re

import numpy as np
from PIL import Image

from vaccine_pass.status import Status
from verifier_server.drawing import Caption

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
NONE = {"status": Status.NONE}
BEGUN = {"status": Status.PARTIAL, "doses": 1, "series": 2}
COMPLETE = {"status": Status.COMPLETE, "doses": 2, "series": 2}
LOOKS = [NONE, BEGUN, COMPLETE]


def a_text(length=249, prefix="VN1:", seed=1):
    dice = random.Random(seed)
    return prefix + "".join(dice.choices(ALPHABET, k=length - len(prefix)))


def a_caption(look=None, **fields):
    return Caption(**{**(look or COMPLETE), **fields})


def pixels(png):
    """The picture of a PNG file as red, green and blue."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def modules_in(svg):
    """The square of black modules that an SVG's path draws, run by run."""
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)", svg)]
    size = max(y for _, y, _ in runs) + 1
    square = np.zeros((size, size), bool)
    for x, y, length in runs:
        square[y, x : x + length] = True
    return square


def grey_of(svg, scale=4):
    """The card and the code of an SVG as pixels; frame and words as the frame's mean grey."""
    width, height = (int(side) for side in re.search(r'viewBox="0 0 (\d+) (\d+)"', svg).groups())
    left, top = (float(side) for side in re.search(r'translate\((\d+) ([\d.]+)\)" stroke="#000"', svg).groups())
    square = modules_in(svg)
    picture = np.full((height, width), 110, np.uint8)
    across, down = int(left), int(top - 0.5)
    picture[down - 4 : down + len(square) + 4, across - 4 : across + len(square) + 4] = 255
    picture[down : down + len(square), across : across + len(square)][square] = 0
    return np.kron(picture, np.ones((scale, scale), np.uint8))
