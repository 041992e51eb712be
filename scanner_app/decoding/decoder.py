"""The plan by which one frame is read: which engine looks, at what, and when it is enough.

It leaves out where frames come from and what their texts mean. The order is measured
(`bench/decode.py`): most codes are read in the first look, in a few milliseconds; the others cost
time only on frames that would otherwise be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic

import cv2
import numpy as np

from scanner_app.decoding.engines import Engine, Found, NoEngineError, ZbarEngine, ZxingEngine
from scanner_app.decoding.looks import Look, enlarged, inverted, plain, sharpened

LOOKS: tuple[Look, ...] = (plain, enlarged, inverted, sharpened)
# A look costs zbar ten times as much: more than these would hold up a camera.
SLOW_LOOKS: tuple[Look, ...] = (plain, enlarged)


class Decoder:
    """Reads the QR codes in grey frames. It keeps nothing between frames."""

    def __init__(
        self,
        engines: Sequence[Engine] | None = None,
        looks: Sequence[Look] | None = None,
        patience: float = 1.0,
    ) -> None:
        """Use `engines` in this order, or without it those that this device can load.

        The first engine takes all `looks` (left out: those that are worth its time), the others one
        look at the frame as it is. A frame on which `patience` seconds were spent gets no further
        look: only a hostile one costs so much.

        :raises NoEngineError: no engine can be loaded, or `engines` is empty.
        """
        self.engines = tuple(available() if engines is None else engines)
        if not self.engines:
            raise NoEngineError(missing() or "no decoding engine was given")
        self.looks = _worth(self.engines[0]) if looks is None else tuple(looks)
        self.patience = patience

    def read(self, grey: np.ndarray) -> list[str]:
        """The text of each code in `grey`, once each, in reading order.

        :param grey: any two-dimensional uint8 array, or a colour frame (blue, green, red).
        :raises TypeError: `grey` is something else.
        """
        return [code.text for code in self.find(grey) if code.text is not None]

    def find(self, grey: np.ndarray) -> list[Found]:
        """Like `read`, with the place of each code in the frame.

        A look that has read something ends the search, unless it also saw a code that it could not
        read: then the next ones may (two passes of a family in one frame).
        """
        frame = as_grey(grey)
        if frame.size == 0:
            return []
        found: list[Found] = []
        for seen in self._sights(frame):
            found += [code for code in seen if code.text is not None]
            if found and not _unread(seen, found):
                break
        return in_reading_order(found)

    def _sights(self, frame: np.ndarray) -> Iterator[list[Found]]:
        """What each engine sees by each look, in the order of the plan, as places in `frame`."""
        first, *others = self.engines
        until = monotonic() + self.patience
        plan = [(first, look) for look in self.looks] + [(engine, plain) for engine in others]
        for engine, look in plan:
            picture, factor = look(frame)
            yield [code.scaled(1 / factor) for code in engine.find(picture)]
            if monotonic() > until:
                return


def _worth(engine: Engine) -> tuple[Look, ...]:
    return SLOW_LOOKS if isinstance(engine, ZbarEngine) else LOOKS


def available() -> list[Engine]:
    """The engines that this device can load, the best one first."""
    return [engine for engine, _ in _loaded() if engine is not None]


def missing() -> str | None:
    """One sentence that names what cannot be loaded and how to get it; None when all is there."""
    reasons = [reason for _, reason in _loaded() if reason]
    return "; ".join(reasons) if reasons else None


def _loaded() -> list[tuple[Engine | None, str | None]]:
    return [_load(ZxingEngine), _load(ZbarEngine)]


def _load(kind: type[ZxingEngine | ZbarEngine]) -> tuple[Engine | None, str | None]:
    try:
        return kind(), None
    except NoEngineError as error:
        return None, error.message


def as_grey(array: np.ndarray) -> np.ndarray:
    """`array` as a grey frame in one piece.

    :raises TypeError: it is neither a grey nor a blue-green-red picture of uint8.
    """
    if array.dtype == np.uint8 and array.ndim == 2:
        return np.ascontiguousarray(array)
    if array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == 3:
        if array.size == 0:
            return array[:, :, 0]
        return cv2.cvtColor(np.ascontiguousarray(array), cv2.COLOR_BGR2GRAY)
    raise TypeError(f"a frame is grey or blue-green-red uint8, not {array.dtype} {array.shape}")


def in_reading_order(codes: Sequence[Found]) -> list[Found]:
    """`codes` from top to bottom and, where they stand side by side, left to right; a text once."""
    rows: list[list[Found]] = []
    for code in sorted(codes, key=lambda one: one.box[1]):
        top, bottom = code.box[1], code.box[3]
        beside = next((row for row in rows if row[0].box[3] > (top + bottom) / 2), None)
        rows.append([code]) if beside is None else beside.append(code)
    return _once(code for row in rows for code in sorted(row, key=lambda one: one.box[0]))


def _once(codes: Iterable[Found]) -> list[Found]:
    first: dict[str | None, Found] = {}
    for code in codes:
        first.setdefault(code.text, code)
    return list(first.values())


def _unread(seen: Sequence[Found], found: Sequence[Found]) -> bool:
    """Whether `seen` has a code without text, elsewhere than those that are `found`."""
    return any(code.text is None and not any(_overlap(code, read) for read in found) for code in seen)


def _overlap(one: Found, other: Found) -> bool:
    left, top, right, bottom = one.box
    across, down = (other.box[0] + other.box[2]) / 2, (other.box[1] + other.box[3]) / 2
    return left <= across <= right and top <= down <= bottom
