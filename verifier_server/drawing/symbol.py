"""The QR symbol of a text as a square of modules, by either of two libraries.

Level M, alphanumeric mode (ISO/IEC 18004): a pass's text is Base45 behind an upper-case prefix. Both
writers are told the version, so that they agree on it and a text that would need another mode is
noticed here. Quiet zone, colour and scale are not here.
"""

from __future__ import annotations

import re

import numpy as np
import qrcode
import zxingcpp
from qrcode.util import MODE_ALPHA_NUM, QRData

from vaccine_pass.errors import CheckpointError

# ISO/IEC 18004:2015, table 7: characters in alphanumeric mode at level M, versions 1 to 40.
CAPACITY = (
    20, 38, 61, 90, 122, 154, 178, 221, 262, 311, 366, 419, 483, 528, 600, 656, 734, 816, 909, 970,
    1035, 1134, 1248, 1326, 1451, 1542, 1637, 1732, 1839, 1994, 2113, 2238, 2369, 2506, 2632, 2780,
    2894, 3054, 3220, 3391,
)  # fmt: skip
_ALPHANUMERIC = re.compile(r"[0-9A-Z $%*+\-./:]+", re.ASCII)


class DrawingError(CheckpointError):
    """A text that cannot be drawn as a pass's QR code: its alphabet or its length is wrong."""

    code = "not_drawable"


def version_of(text: str) -> int:
    """The QR version (1 to 40) that holds `text` at level M in alphanumeric mode.

    :raises DrawingError: `text` is empty, too long, or not in the alphanumeric alphabet.
    """
    if not _ALPHANUMERIC.fullmatch(text):
        raise DrawingError(
            "a pass's code holds only digits, capital letters and $%*+-./: and space; "
            "draw the text that the signer returned, unchanged"
        )
    for version, capacity in enumerate(CAPACITY, start=1):
        if len(text) <= capacity:
            return version
    raise DrawingError(
        f"{len(text)} characters do not fit into one QR code of level M (at most {CAPACITY[-1]})",
        length=len(text),
    )


def modules(text: str) -> np.ndarray:
    """The symbol of `text` by `qrcode`: a square of booleans, True where a module is black.

    :raises DrawingError: see `version_of`.
    """
    code = qrcode.QRCode(version_of(text), qrcode.ERROR_CORRECT_M, border=0)
    code.add_data(QRData(text, mode=MODE_ALPHA_NUM))
    code.make(fit=False)
    return np.array(code.modules, dtype=bool)


def bulk_modules(text: str) -> np.ndarray:
    """The symbol of `text` by zxing-cpp's writer: as `modules`, but perhaps with another mask.

    :raises DrawingError: see `version_of`.
    """
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", version=version_of(text))
    return np.array(code.to_image(add_quiet_zones=False)) == 0
