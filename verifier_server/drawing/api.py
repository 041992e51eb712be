"""The four drawings: one code for a page or many in bulk, as SVG or as PNG.

Which library makes the symbol and which module draws the picture is decided here and nowhere else.
"""

from __future__ import annotations

from vaccine_pass.status import Status
from verifier_server.drawing.caption import Caption
from verifier_server.drawing.png import drawn_png
from verifier_server.drawing.svg import drawn_svg
from verifier_server.drawing.symbol import bulk_modules, modules

SCALE = 8


def code_svg(text: str, *, status: Status, doses: int = 0, series: int | None = None, lang: str = "vi") -> str:
    """The pass `text` as an SVG element for a page.

    :param text: what the signer returned (`VN1:...` or `HC1:...`), drawn unchanged.
    :param status: gives the frame's colour and shape (DESIGN, "The colour").
    :param doses: doses given, and `series` the doses of the series: for the words.
    :param lang: `vi` or `en`.
    :raises DrawingError: the text is not in the alphanumeric alphabet, empty, or too long.
    """
    return drawn_svg(modules(text), Caption(status, doses, series, lang))


def code_png(
    text: str,
    *,
    status: Status,
    doses: int = 0,
    series: int | None = None,
    lang: str = "vi",
    scale: int = SCALE,
) -> bytes:
    """Like `code_svg`, as a PNG file with `scale` pixels a module."""
    return drawn_png(modules(text), Caption(status, doses, series, lang), scale)


def bulk_svg(text: str, *, status: Status, doses: int = 0, series: int | None = None, lang: str = "vi") -> str:
    """Like `code_svg`, fast: for thousands of codes."""
    return drawn_svg(bulk_modules(text), Caption(status, doses, series, lang))


def bulk_png(
    text: str,
    *,
    status: Status,
    doses: int = 0,
    series: int | None = None,
    lang: str = "vi",
    scale: int = SCALE,
) -> bytes:
    """Like `code_png`, fast: for thousands of codes."""
    return drawn_png(bulk_modules(text), Caption(status, doses, series, lang), scale)
