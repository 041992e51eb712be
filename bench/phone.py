"""A phone with a pass on it, held in front of a camera and filmed.

The phone comes into the frame, is held with a hand's tremor and tilt under a lamp's glare, and
leaves again. Frames follow from the seed alone.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from bench.people import FRAME, frame_with

FRAMES_A_SECOND = 15
_BEZEL = 26
_NOISE = 5.0
_FIELDS = 4
_EMPTY_SECONDS = 0.7


def phone_showing(picture: np.ndarray, width: int = 460, height: int = 660) -> np.ndarray:
    """Return a dark phone whose white screen shows the picture (BGR) as wide as it can."""
    body = np.full((height, width, 3), 32, np.uint8)
    inner_width, inner_height = width - 2 * _BEZEL, height - 2 * _BEZEL
    body[_BEZEL:-_BEZEL, _BEZEL:-_BEZEL] = 250
    scale = min(inner_width / picture.shape[1], inner_height / picture.shape[0])
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    shown = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    top, left = (height - size[1]) // 2, (width - size[0]) // 2
    body[top : top + size[1], left : left + size[0]] = shown
    return body


def filmed(phone: np.ndarray, seconds: float, dice: random.Random) -> Iterator[np.ndarray]:
    """Yield the camera's frames of one person: comes, holds the phone, goes, and leaves the frame empty."""
    count = round(seconds * FRAMES_A_SECOND)
    phase = dice.uniform(0, 2 * math.pi)
    for number in range(count):
        arrival = min(1.0, 4 * min(number, count - 1 - number) / count)  # 0 outside, 1 in the middle
        yield _camera_frame(phone, arrival, phase + number / FRAMES_A_SECOND, dice)
    for _ in range(round(_EMPTY_SECONDS * FRAMES_A_SECOND)):
        yield _noisy(frame_with(), dice)


def held(phones: Iterable[np.ndarray], rate: float, dice: random.Random) -> Iterator[np.ndarray]:
    """Yield one camera frame for each phone: one that is held still and shows so many pictures a second."""
    phase = dice.uniform(0, 2 * math.pi)
    for number, phone in enumerate(phones):
        yield _camera_frame(phone, 1.0, phase + number / rate, dice)


def write_video(path: Path, phones: Sequence[np.ndarray], seconds: float, seed: int = 1) -> Path:
    """Write one video of several people, one after the other (Motion JPEG); the path again.

    :raises OSError: when this OpenCV cannot write it.
    """
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FRAMES_A_SECOND, FRAME)
    if not writer.isOpened():
        raise OSError(f"{path} cannot be written as Motion JPEG")
    dice = random.Random(seed)
    for phone in phones:
        for frame in filmed(phone, seconds, dice):
            writer.write(frame)
    writer.release()
    return path


def _camera_frame(phone: np.ndarray, arrival: float, time: float, dice: random.Random) -> np.ndarray:
    room = frame_with()
    place = _corners(phone, arrival, time)
    height, width = phone.shape[:2]
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, place)
    size = room.shape[1], room.shape[0]
    moved = cv2.warpPerspective(phone, matrix, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full(phone.shape[:2], 255, np.uint8), matrix, size)
    room[mask > 127] = moved[mask > 127]
    blur = 0.6 + 2.5 * (1 - arrival)  # a moving phone is blurred, a held one nearly sharp
    return _noisy(_with_glare(cv2.GaussianBlur(room, (0, 0), blur), time), dice)


def _corners(phone: np.ndarray, arrival: float, time: float) -> np.ndarray:
    """Return where the phone's corners are: tremor of a few pixels, tilt of a few degrees."""
    height, width = phone.shape[:2]
    middle_x = FRAME[0] / 2 + 6 * math.sin(5 * time)
    middle_y = FRAME[1] / 2 + 5 * math.cos(4 * time) + (1 - arrival) * FRAME[1]
    lean, squeeze = 0.05 * math.sin(1.3 * time), 0.04 * math.sin(0.9 * time)
    corners = []
    for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        across, down = x * width / 2 * (1 + y * squeeze), y * height / 2
        turned_x = across * math.cos(lean) - down * math.sin(lean)
        turned_y = across * math.sin(lean) + down * math.cos(lean)
        corners.append((middle_x + turned_x, middle_y + turned_y))
    return np.array(corners, np.float32)


def _with_glare(frame: np.ndarray, time: float) -> np.ndarray:
    light = np.zeros_like(frame)
    spot = round(FRAME[0] / 2 + 300 * math.sin(0.7 * time)), round(FRAME[1] / 4)
    cv2.circle(light, spot, 60, (70, 70, 70), -1)
    return cv2.add(frame, cv2.blur(light, (91, 91)))


def _noisy(frame: np.ndarray, dice: random.Random) -> np.ndarray:
    """Add a sensor's noise: one of a few fields, shifted, since drawing a new one costs a frame's time."""
    field = _noise_fields()[dice.randrange(_FIELDS)]
    shifted = np.roll(field, dice.randrange(FRAME[1]), axis=0)
    return cv2.add(frame, shifted, dtype=cv2.CV_8U)


@cache
def _noise_fields() -> tuple[np.ndarray, ...]:
    source = np.random.default_rng(1)
    shape = (FRAME[1], FRAME[0], 3)
    return tuple(np.rint(source.normal(0, _NOISE, shape)).astype(np.int16) for _ in range(_FIELDS))
