"""The code of one frame of a loop as a picture: black on white, with its quiet zone.

Level L: what a code's own correction would add, the loop's repair blocks give for less (docs/adr/0019).
Left out: the window, and the words around a code.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from keys.loop.frames import FRAME_CHARACTERS
from scanner_app.errors import ScannerError

Modules = NDArray[np.uint8]
"""A square with 0 for black and 255 for white, one number a module."""

VERSION = 17
SIDE = 17 + 4 * VERSION
QUIET = 4
"""Modules of white on each side (ISO/IEC 18004, 9.1)."""


def modules(text: str) -> Modules:
    """The symbol of a frame's text, QR version 17 at level L, with its quiet zone.

    Raises `ScannerError` for a text that is too long, or when no library here can draw.
    """
    if not 0 < len(text) <= FRAME_CHARACTERS:
        raise ScannerError(f"a frame has 1 to {FRAME_CHARACTERS} characters, not {len(text)}", code="bad_frame")
    symbol = _by_zxing(text)
    return np.pad(symbol, QUIET, constant_values=255)


def picture(text: str, scale: int = 8) -> Modules:
    """The same with `scale` pixels a module."""
    return np.kron(modules(text), np.ones((scale, scale), np.uint8))


def _by_zxing(text: str) -> Modules:
    try:
        import zxingcpp  # noqa: PLC0415  a device without it has OpenCV's writer
    except ImportError:
        return _by_opencv(text)
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="L", version=VERSION)
    return np.array(code.to_image(add_quiet_zones=False), np.uint8)


def _by_opencv(text: str) -> Modules:
    """Twenty times slower than zxing-cpp (0.1 s), and there wherever OpenCV is."""
    settings = cv2.QRCodeEncoder.Params()
    settings.version, settings.correction_level = VERSION, cv2.QRCODE_ENCODER_CORRECT_LEVEL_L
    settings.mode = cv2.QRCODE_ENCODER_MODE_ALPHANUMERIC
    drawn = cv2.QRCodeEncoder.create(settings).encode(text)
    margin = (len(drawn) - SIDE) // 2
    return np.asarray(drawn[margin : margin + SIDE, margin : margin + SIDE], np.uint8)
