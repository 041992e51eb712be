"""The plan by which one frame is read: which engine, at which size, in which order.

It leaves out where frames come from and what their texts mean. Measured reasons are DESIGN.md's
("The scanner") and `bench/decode.py`'s: zxing-cpp on the grey frame, then on the frame enlarged
twice, then zbar.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from scanner_app.decoding.engines import Engine, Found, NoEngineError, ZbarEngine, ZxingEngine

# One look costs time in proportion to the pixels, and on a picture full of false finder patterns
# more than that (30 s at 64 megapixels, 2 s at 16): larger frames are reduced to this first.
MAX_PIXELS = 12_600_000


class Decoder:
    """Reads the texts of the QR codes in grey frames. It keeps no state between frames."""

    def __init__(self, engines: Sequence[Engine] | None = None) -> None:
        """Use `engines` in this order, or without it those that this device can load.

        :raises NoEngineError: no engine can be loaded, or `engines` is empty.
        """
        self.engines = tuple(available() if engines is None else engines)
        if not self.engines:
            raise NoEngineError(missing() or "no decoding engine was given")

    def read(self, grey: np.ndarray) -> list[str]:
        """The text of each code in `grey` (uint8), once each, in reading order.

        Any array is answered: a colour frame (blue, green, red) is made grey, other number types
        are brought to 0..255, and one without pixels holds no code.
        """
        return [code.text for code in self.find(grey)]

    def find(self, grey: np.ndarray) -> list[Found]:
        """Like `read`, with the place of each code in the frame."""
        frame = as_grey(grey)
        if frame.size == 0:
            return []
        first = within(frame, MAX_PIXELS)
        for engine in self.engines:
            found = engine.find(first) or engine.find(enlarged(first))
            if found:
                return in_reading_order(found)
        return []


def available() -> list[Engine]:
    """The engines that this device can load, the best one first."""
    return [engine for engine, _ in _loaded() if engine is not None]


def missing() -> str | None:
    """One sentence that names what cannot be loaded and how to get it; None when all is there."""
    reasons = [reason for _, reason in _loaded() if reason]
    return "; ".join(reasons) if reasons else None


def _loaded() -> list[tuple[Engine | None, str | None]]:
    return [_load(ZxingEngine), _load(ZbarEngine)]


def _load(kind: type[ZxingEngine] | type[ZbarEngine]) -> tuple[Engine | None, str | None]:
    try:
        return kind(), None
    except NoEngineError as error:
        return None, error.message


def as_grey(array: np.ndarray) -> np.ndarray:
    """`array` as a contiguous grey uint8 frame; no pixels for what is not a picture."""
    if array.ndim == 3 and array.shape[2] >= 3 and array.size:
        array = cv2.cvtColor(np.ascontiguousarray(as_bytes(array[:, :, :3])), cv2.COLOR_BGR2GRAY)
    elif array.ndim == 3 and array.size:
        array = array[:, :, 0]
    if array.ndim != 2 or array.size == 0:
        return np.zeros((0, 0), np.uint8)
    return np.ascontiguousarray(as_bytes(array))


def as_bytes(array: np.ndarray) -> np.ndarray:
    """Numbers of any type as uint8: booleans and other types are stretched from their own range."""
    if array.dtype == np.uint8:
        return array
    numbers = np.nan_to_num(array.astype(np.float32), posinf=0, neginf=0)
    low, high = float(numbers.min()), float(numbers.max())
    return ((numbers - low) * (255 / (high - low or 1))).astype(np.uint8)


def within(frame: np.ndarray, pixels: int) -> np.ndarray:
    """`frame`, reduced when it has more than `pixels` pixels."""
    if frame.size <= pixels:
        return frame
    factor = (pixels / frame.size) ** 0.5
    height, width = (max(1, int(side * factor)) for side in frame.shape)
    return cv2.resize(frame, (width, height), interpolation=cv2.INTER_AREA)


def enlarged(frame: np.ndarray) -> np.ndarray:
    """`frame` at twice its size; a large one at the size that `MAX_PIXELS` allows."""
    twice = min(2.0, (MAX_PIXELS / frame.size) ** 0.5)
    height, width = (max(1, round(side * twice)) for side in frame.shape)
    return cv2.resize(frame, (width, height), interpolation=cv2.INTER_CUBIC)


def in_reading_order(codes: Sequence[Found]) -> list[Found]:
    """`codes` from top to bottom and, where they stand side by side, left to right; each text once."""
    rows: list[list[Found]] = []
    for code in sorted(codes, key=lambda one: one.box[1]):
        top, bottom = code.box[1], code.box[3]
        beside = next((row for row in rows if row[0].box[3] > (top + bottom) / 2), None)
        rows.append([code]) if beside is None else beside.append(code)
    ordered = [code for row in rows for code in sorted(row, key=lambda one: one.box[0])]
    once: dict[str, Found] = {}
    for code in ordered:
        once.setdefault(code.text, code)
    return list(once.values())
