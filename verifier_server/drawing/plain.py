"""A code that is no pass: any short text, black on white with its quiet zone, without frame and colour.

For what devices read from paper or a screen, such as an enrolment. A frame's colour says a status, so
nothing else may wear one.
"""

from __future__ import annotations

import io
from xml.sax.saxutils import escape

import numpy as np
import qrcode
from PIL import Image
from qrcode.exceptions import DataOverflowError
from qrcode.util import MODE_8BIT_BYTE, QRData

from verifier_server.drawing.svg import path
from verifier_server.drawing.symbol import DrawingError

QUIET_ZONE = 4  # modules, ISO/IEC 18004
SCALE = 8


def text_svg(text: str, *, title: str) -> str:
    """The code of `text` as an SVG element for a page; `title` is what a screen reader says.

    :raises DrawingError: the text is empty or too long.
    """
    modules = _modules(text)
    side = len(modules) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img">'
        f'<title>{escape(title)}</title><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path transform="translate({QUIET_ZONE} {QUIET_ZONE + 0.5})" stroke="#000" shape-rendering="crispEdges"'
        f' d="{path(modules)}"/></svg>'
    )


def text_png(text: str, *, scale: int = SCALE) -> bytes:
    """The code of `text` as a PNG file with `scale` pixels a module.

    :raises DrawingError: the text is empty or too long.
    """
    light = ~np.pad(_modules(text), QUIET_ZONE)
    file = io.BytesIO()
    Image.fromarray(light.repeat(scale, axis=0).repeat(scale, axis=1)).save(file, "PNG", optimize=True)
    return file.getvalue()


def _modules(text: str) -> np.ndarray:
    """The symbol at level M as booleans, True where a module is black."""
    if not text:
        raise DrawingError("there is no text to draw")
    code = qrcode.QRCode(None, qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(QRData(text.encode(), mode=MODE_8BIT_BYTE))
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError) as problem:
        raise DrawingError(f"{len(text)} characters do not fit into one QR code of level M") from problem
    return np.array(code.modules, dtype=bool)
