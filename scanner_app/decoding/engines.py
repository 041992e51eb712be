"""The decoding engines behind one small interface, so that each can be used, tested and timed alone.

An engine takes one grey frame as it is and answers which QR codes it sees there. It never changes
the frame's size or brightness and never tries twice: that is `decoder`'s plan. What an engine's
library may raise stays inside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vaccine_pass.errors import CheckpointError

Point = tuple[float, float]
Corners = tuple[Point, ...]


class NoEngineError(CheckpointError):
    """A decoding engine cannot be loaded here; without any of them no code can be read."""

    code = "no_decoding_engine"


@dataclass(frozen=True)
class Found:
    """One code in a frame: its `text`, and the outline of the symbol as points (x, y) in pixels.

    The text of a byte-mode symbol that is not UTF-8 is whatever the engine made of the bytes; it is
    always a `str` and is refused later like any other unknown text.
    """

    text: str
    corners: Corners

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the outline, in pixels."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


class Engine(Protocol):
    """One QR library: `name` for people and benchmarks, `find` for one look at one frame."""

    name: str

    def find(self, grey: np.ndarray) -> list[Found]:
        """Every QR code seen in `grey` (two-dimensional uint8, not empty), in no special order."""
        ...


class ZxingEngine:
    """zxing-cpp: the best rate at a fifth of zbar's time, but no build for Android.

    `invert` also looks for light modules on a dark ground.
    """

    def __init__(self, invert: bool = False) -> None:
        try:
            import zxingcpp
        except ImportError as error:
            raise NoEngineError(
                "zxing-cpp cannot be loaded; install it with: pip install zxing-cpp"
            ) from error
        self.name = "zxing-cpp"
        self._read = zxingcpp.read_barcodes
        self._options = {
            "formats": zxingcpp.BarcodeFormat.QRCode,
            "text_mode": zxingcpp.TextMode.Plain,
            "try_invert": invert,
        }

    def find(self, grey: np.ndarray) -> list[Found]:
        """Every QR code that zxing-cpp decodes in `grey`."""
        return [_from_zxing(code) for code in self._read(grey, **self._options) if code.valid]


class ZbarEngine:
    """zbar through pyzbar: slower, weaker on small codes, and the one that Android has."""

    def __init__(self) -> None:
        try:
            from pyzbar import pyzbar
        except ImportError as error:  # pyzbar says so too when libzbar itself is missing
            raise NoEngineError(
                "zbar cannot be loaded; install it with: apt install libzbar0 && pip install pyzbar"
            ) from error
        self.name = "pyzbar"
        self._decode = pyzbar.decode
        # QR only: zbar's other symbologies find "codes" in noise and print warnings about them.
        self._symbols = [pyzbar.ZBarSymbol.QRCODE]

    def find(self, grey: np.ndarray) -> list[Found]:
        """Every QR code that zbar decodes in `grey`."""
        return [_from_zbar(code) for code in self._decode(grey, symbols=self._symbols)]


def _from_zxing(code: object) -> Found:
    place = code.position  # type: ignore[attr-defined]
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    try:
        text = code.text  # type: ignore[attr-defined]
    except UnicodeDecodeError:
        text = code.bytes.decode("utf-8", "replace")  # type: ignore[attr-defined]
    return Found(text, tuple((corner.x, corner.y) for corner in corners))


def _from_zbar(code: object) -> Found:
    outline = code.polygon or [(code.rect.left, code.rect.top)]  # type: ignore[attr-defined]
    corners = tuple((float(x), float(y)) for x, y in outline)
    return Found(code.data.decode("utf-8", "replace"), corners)  # type: ignore[attr-defined]
