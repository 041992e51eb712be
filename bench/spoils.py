"""What can be wrong with a frame: each kind is one cause, by a level of badness.

A kind makes a `Shot`: how large and how tilted the pass is, what its colours are, and what happens
to the finished scene. Lengths are in modules of the symbol where size decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

Spoil = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]


def _as_drawn(drawing: np.ndarray) -> np.ndarray:
    return drawing


@dataclass(frozen=True)
class Shot:
    """How a pass is photographed.

    `pixels`: pixels a module; `tilt`: degrees; `colours`: changes the drawing's colours; `spoils`:
    what is done to the scene (float, 0 to 255, blue green red), in order.
    """

    pixels: float = 4.5
    tilt: float = 8.0
    colours: Callable[[np.ndarray], np.ndarray] = _as_drawn
    spoils: tuple[Spoil, ...] = ()


def noise(strength: float) -> Spoil:
    """Sensor noise of so many grey levels, the same in all three colours."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        grain = chance.standard_normal(scene.shape[:2], dtype=np.float32) * np.float32(strength)
        return scene + grain[:, :, None]

    return spoil


def blur(modules: float) -> Spoil:
    """Out of focus: a Gaussian of so many modules."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        return cv2.GaussianBlur(scene, (0, 0), modules * pixels)

    return spoil


def motion(modules: float) -> Spoil:
    """Moved by so many modules, in any direction, while the shutter was open."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        length = max(3, round(modules * pixels) | 1)
        line = np.zeros((length, length), np.float32)
        angle, middle = chance.uniform(0, np.pi), (length - 1) / 2
        step = np.array([np.cos(angle), np.sin(angle)]) * middle
        ends = [tuple(np.round(middle + sign * step).astype(int).tolist()) for sign in (-1, 1)]
        cv2.line(line, ends[0], ends[1], 1.0)
        return cv2.filter2D(scene, -1, line / line.sum())

    return spoil


def glare(strength: float, breadth: float) -> Spoil:
    """A lamp on the glass: a blob of light, `breadth` of the frame's height, somewhere on the code."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        height, width = scene.shape[:2]
        across = width / 2 + chance.uniform(-80, 80)
        down = height / 2 + chance.uniform(-80, 80)
        ys, xs = np.ogrid[:height, :width]
        far = ((xs - across) ** 2 + (ys - down) ** 2) / (breadth * height) ** 2
        return scene + (strength * np.exp(-far)).astype(np.float32)[:, :, None]

    return spoil


def dim(gain: float) -> Spoil:
    """Too little light: so much of it, with a veil on what is black."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        return scene * gain + 6

    return spoil


def shadow(depth: float) -> Spoil:
    """Half of the frame in a shadow with a soft edge that keeps `1 - depth` of the light."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        height, width = scene.shape[:2]
        angle = chance.uniform(0, 2 * np.pi)
        ys, xs = np.ogrid[:height, :width]
        side = (xs - width / 2) * np.cos(angle) + (ys - height / 2) * np.sin(angle)
        light = 1 - depth / (1 + np.exp(-side / 12))
        return scene * light.astype(np.float32)[:, :, None]

    return spoil


def cracks(count: int) -> Spoil:
    """A cracked screen: so many jagged bright and dark lines through the middle."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        height, width = scene.shape[:2]
        heart = np.array([width / 2, height / 2]) + chance.uniform(-120, 120, 2)
        for _ in range(count):
            way = chance.uniform(0, 2 * np.pi)
            bends = heart + np.cumsum(
                [(np.cos(turn) * 60, np.sin(turn) * 60) for turn in chance.normal(way, 0.4, 6)], axis=0
            )
            points = np.vstack([heart, bends]).round().astype(np.int32)
            grey = float(chance.choice([30, 235]))
            cv2.polylines(scene, [points], False, (grey,) * 3, max(1, round(pixels * 0.45)))
        return scene

    return spoil


def pixel_grid(depth: float) -> Spoil:
    """The grid of a telephone's screen beating with the camera's: a moire of slow stripes."""

    def spoil(scene: np.ndarray, pixels: float, chance: np.random.Generator) -> np.ndarray:
        height, width = scene.shape[:2]
        ys, xs = np.ogrid[:height, :width]
        turn, length = chance.uniform(0, np.pi), chance.uniform(5, 14)
        wave = np.sin((xs * np.cos(turn) + ys * np.sin(turn)) * 2 * np.pi / length)
        return scene * (1 - depth * (0.5 + 0.5 * wave)).astype(np.float32)[:, :, None]

    return spoil


def inverted(drawing: np.ndarray) -> np.ndarray:
    """A dark mode that turns pictures over as well."""
    return 255 - drawing


def inked(blue: float, green: float, red: float) -> Callable[[np.ndarray], np.ndarray]:
    """Modules (all that is black) in one colour, on white: what must not be done."""

    def colours(drawing: np.ndarray) -> np.ndarray:
        return drawing + (1 - drawing / 255) * np.array((blue, green, red), np.float32)

    return colours


def grounded(blue: float, green: float, red: float) -> Callable[[np.ndarray], np.ndarray]:
    """Black modules on a ground (all that is white) of one colour: what must not be done."""

    def colours(drawing: np.ndarray) -> np.ndarray:
        return drawing * (np.array((blue, green, red), np.float32) / 255)

    return colours


_GRAIN = noise(4)


def between(mildest: float, worst: float, level: float) -> float:
    """The value at `level` (0 to 1) of the way from `mildest` to `worst`."""
    return mildest + (worst - mildest) * level


def _several(level: float) -> Shot:
    """A photograph: everything a little at once."""
    return Shot(
        between(4.2, 2.4, level),
        between(10, 30, level),
        spoils=(
            blur(between(0.2, 0.45, level)),
            shadow(between(0.2, 0.5, level)),
            glare(between(60, 140, level), 0.25),
            noise(between(5, 12, level)),
        ),
    )


# Each kind by its level of badness, 0 to 1; chosen so that a good engine reads about all frames of
# the first third, and few of the last.
KINDS: dict[str, Callable[[float], Shot]] = {
    "blur": lambda level: Shot(spoils=(blur(between(0.35, 0.7, level)), _GRAIN)),
    "motion": lambda level: Shot(spoils=(motion(between(0.8, 2.1, level)), _GRAIN)),
    "tilt": lambda level: Shot(4.0, between(30, 65, level), spoils=(_GRAIN,)),
    "glare": lambda level: Shot(spoils=(glare(between(120, 360, level), 0.2), _GRAIN)),
    "noise": lambda level: Shot(4.0, spoils=(noise(between(25, 95, level)),)),
    "small": lambda level: Shot(between(2.2, 1.1, level), spoils=(_GRAIN,)),
    "dark": lambda level: Shot(4.0, spoils=(dim(between(0.18, 0.02, level)), noise(3))),
    "shadow": lambda level: Shot(3.0, spoils=(shadow(between(0.6, 0.98, level)), _GRAIN)),
    "cracks": lambda level: Shot(spoils=(cracks(round(between(2, 12, level))), _GRAIN)),
    "moire": lambda level: Shot(3.5, spoils=(pixel_grid(between(0.25, 0.7, level)), _GRAIN)),
    "dark mode": lambda level: Shot(between(5, 1.8, level), colours=inverted, spoils=(_GRAIN,)),
    "yellow modules": lambda level: Shot(
        4.0, colours=inked(0, 212, 255), spoils=(blur(between(0.2, 0.5, level)), _GRAIN)
    ),
    "mid-green ground": lambda level: Shot(
        4.0, colours=grounded(58, 107, 11), spoils=(blur(between(0.25, 0.6, level)), _GRAIN)
    ),
    "several": _several,
}
