"""The words' font for pictures: Be Vietnam Pro Bold, kept beside this module with its licence.

It measures words for both drawings and hands Pillow the font; nothing is drawn here.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

_FILE = Path(__file__).parent / "fonts" / "BeVietnamPro-Bold.ttf"
_UNITS = 1000


@lru_cache(maxsize=64)
def font(pixels: int) -> ImageFont.FreeTypeFont:
    """The font at `pixels` of size."""
    return ImageFont.truetype(str(_FILE), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=512)
def fitted(words: str, size: float, room: float) -> tuple[float, float]:
    """The font size, at most `size`, at which `words` are no wider than `room`, and their width."""
    natural = font(_UNITS).getlength(words) / _UNITS
    fits = min(size, room / natural)
    return fits, natural * fits
