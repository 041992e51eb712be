"""Camera frames of passes, spoilt on purpose and by a seed: what a lane sees on a bad day.

Each frame is a colour picture of 1280 by 720 with one drawn pass in it and one thing wrong with it,
in an easy, a medium or a hard step (`bench.spoils` lists them). They are made, not photographed:
rates over them compare engines with each other and say nothing about any one telephone. The same
seed gives the same frames with the same versions of NumPy and OpenCV.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from bench.spoils import KINDS, Shot
from vaccine_pass.status import Status
from verifier_server.drawing import bulk_png

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
STEPS = ("easy", "medium", "hard")
WIDTH, HEIGHT = 1280, 720
_SCALE = 8  # pixels a module of the drawing, before it is placed in the scene
_FOCUS = 1400.0  # focal length in pixels: about 49 degrees across
_LOOKS = (
    {"status": Status.NONE},
    {"status": Status.PARTIAL, "doses": 1, "series": 2},
    {"status": Status.COMPLETE, "doses": 2, "series": 2},
)


@dataclass(frozen=True)
class Frame:
    """One spoilt frame: its `text`, the `kind` and `step` of what is wrong, the `picture` (BGR)."""

    text: str
    kind: str
    step: str
    picture: np.ndarray

    @property
    def grey(self) -> np.ndarray:
        """The frame as the decoder gets it."""
        return cv2.cvtColor(self.picture, cv2.COLOR_BGR2GRAY)


def random_texts(count: int, seed: int) -> list[str]:
    """`count` distinct texts as long as real passes, travel and domestic in turn.

    What Base45 makes of signed bytes looks random, so random characters draw an equal symbol.
    """
    source = random.Random(seed)
    lengths = (("VN1:", 245), ("HC1:", 590))
    return [
        prefix + "".join(source.choices(ALPHABET, k=length))
        for prefix, length in (lengths[number % 2] for number in range(count))
    ]


def frames(texts: Sequence[str], count: int, seed: int) -> Iterator[Frame]:
    """`count` frames that go through `texts`, all kinds and all steps evenly."""
    for number in range(count):
        chance = np.random.default_rng((seed, number))
        kind = list(KINDS)[number % len(KINDS)]
        step = number // len(KINDS) % len(STEPS)
        # One more turn for each round, so that every kind and step meets both lengths of text.
        text = texts[(number + number // (len(KINDS) * len(STEPS))) % len(texts)]
        shot = KINDS[kind]((step + chance.random()) / len(STEPS))
        picture = _taken(text, shot, chance)
        yield Frame(text, kind, STEPS[step], picture)


def _taken(text: str, shot: Shot, chance: np.random.Generator) -> np.ndarray:
    look = _LOOKS[chance.integers(len(_LOOKS))]
    drawing = cv2.imdecode(np.frombuffer(bulk_png(text, scale=_SCALE, **look), np.uint8), 1)
    scene = _placed(shot.colours(drawing.astype(np.float32)), shot, chance)
    for spoil in shot.spoils:
        scene = spoil(scene, shot.pixels, chance)
    return scene.clip(0, 255).astype(np.uint8)


def _placed(drawing: np.ndarray, shot: Shot, chance: np.random.Generator) -> np.ndarray:
    """The drawing held before a camera, in front of a blurred room."""
    # Reducing without this blur would alias; a lens blurs likewise.
    drawing = cv2.GaussianBlur(drawing, (0, 0), max(0.3, 0.35 * _SCALE / shot.pixels))
    height, width = drawing.shape[:2]
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    target = _projected(width, height, shot, chance)
    change = cv2.getPerspectiveTransform(source, target)
    room = _room(chance)
    return cv2.warpPerspective(drawing, change, (WIDTH, HEIGHT), dst=room, borderMode=cv2.BORDER_TRANSPARENT)


def _projected(width: int, height: int, shot: Shot, chance: np.random.Generator) -> np.ndarray:
    """The four corners in the frame of a card turned by a little and tilted by `shot.tilt`."""
    size = shot.pixels / _SCALE
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width * size / 2, height * size / 2)
    turn, axis = math.radians(chance.uniform(-10, 10)), chance.uniform(0, 2 * math.pi)
    corners = corners @ _rotation(turn)
    along, across = (corners @ _rotation(axis)).T
    tilt = math.radians(shot.tilt)
    depth = 1 + across * math.sin(tilt) / _FOCUS
    flat = np.stack([along / depth, across * math.cos(tilt) / depth], axis=1)
    middle = (WIDTH / 2 + chance.uniform(-60, 60), HEIGHT / 2 + chance.uniform(-15, 15))
    return (flat @ _rotation(-axis) + middle).astype(np.float32)


def _rotation(angle: float) -> np.ndarray:
    return np.array([(math.cos(angle), -math.sin(angle)), (math.sin(angle), math.cos(angle))])


def _room(chance: np.random.Generator) -> np.ndarray:
    coarse = chance.uniform(40, 190, (9, 16, 3)).astype(np.float32)
    return cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
