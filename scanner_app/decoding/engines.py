"""The decoding engines behind one small interface, so that each can be used, tested and timed alone.

An engine takes one grey frame as it is and answers which QR codes it sees there. It never changes
the frame's size or brightness and never tries twice: that is `decoder`'s plan, by way of `looks`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from vaccine_pass.errors import CheckpointError

Point = tuple[float, float]


class NoEngineError(CheckpointError):
    """A decoding engine cannot be loaded here; without any of them no code can be read."""

    code = "no_decoding_engine"


@dataclass(frozen=True, slots=True)
class Found:
    """One QR code in a frame: its text and its outline, as points (x, y) in pixels.

    `text` is None for a code that was seen but not read (too blurred, damaged, too small). The text
    of bytes that are not UTF-8 is whatever the engine makes of them: always a `str` without lone
    surrogates, refused later like any other unknown text.
    """

    text: str | None
    corners: tuple[Point, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the outline, in pixels."""
        xs, ys = zip(*self.corners, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def scaled(self, factor: float) -> Found:
        """The same code in a frame that is `factor` times as large."""
        return replace(self, corners=tuple((x * factor, y * factor) for x, y in self.corners))


class Engine(Protocol):
    """One QR library: `name` for people and benchmarks, `find` for one look at one frame."""

    name: str

    def find(self, grey: np.ndarray) -> list[Found]:
        """Every QR code seen in `grey` (two-dimensional uint8, not empty), in no special order."""
        ...


class ZxingEngine:
    """zxing-cpp: the best rate at a fifth of zbar's time, but no build for Android."""

    name = "zxing-cpp"

    def __init__(self) -> None:
        try:
            import zxingcpp  # noqa: PLC0415  a device without it has the other engine
        except ImportError as error:
            raise NoEngineError("zxing-cpp cannot be loaded; install it with: pip install zxing-cpp") from error
        self._read = zxingcpp.read_barcodes
        self._options: dict[str, Any] = {
            # Model 2 is what everybody calls QR. `QRCode` would include Micro QR, whose few bits
            # of error detection let it "read" numbers in noise: seen twice in 840 spoilt frames.
            "formats": zxingcpp.BarcodeFormat.QRCodeModel2,
            "text_mode": zxingcpp.TextMode.Plain,
            "try_invert": False,
            "return_errors": True,
        }

    def find(self, grey: np.ndarray) -> list[Found]:
        """Every QR code that zxing-cpp sees in `grey`, read or not."""
        return [_from_zxing(code) for code in self._read(grey, **self._options)]


class ZbarEngine:
    """zbar through pyzbar: slower, weaker on small codes, and the one that Android has."""

    name = "pyzbar"

    def __init__(self) -> None:
        try:
            from pyzbar import pyzbar  # noqa: PLC0415  a device without it has the other engine
        except ImportError as error:  # pyzbar says so too when libzbar itself is missing
            raise NoEngineError(
                "zbar cannot be loaded; install it with: apt install libzbar0 && pip install pyzbar"
            ) from error
        self._decode = pyzbar.decode
        # QR only: zbar's other symbologies find "codes" in noise and print warnings about them.
        self._symbols = [pyzbar.ZBarSymbol.QRCODE]

    def find(self, grey: np.ndarray) -> list[Found]:
        """Every QR code that zbar decodes in `grey`; it does not tell of codes it cannot read."""
        return [_from_zbar(code) for code in self._decode(grey, symbols=self._symbols)]


def _from_zxing(code: Any) -> Found:
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return Found(_zxing_text(code), tuple((float(corner.x), float(corner.y)) for corner in corners))


def _zxing_text(code: Any) -> str | None:
    if not code.valid:
        return None
    try:
        return str(code.text)
    except UnicodeDecodeError:  # the writer's character set says one thing and its bytes another
        return bytes(code.bytes).decode("utf-8", "replace")


def _from_zbar(code: Any) -> Found:
    outline = code.polygon or [(code.rect.left, code.rect.top)]
    corners = tuple((float(x), float(y)) for x, y in outline)
    return Found(code.data.decode("utf-8", "replace"), corners)
