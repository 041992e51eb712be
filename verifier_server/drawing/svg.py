"""The picture of a code as SVG: sharp at any size, with words for a screen reader."""

from __future__ import annotations

from functools import lru_cache
from xml.sax.saxutils import escape

import numpy as np

from vaccine_pass.status import Status
from verifier_server.drawing.caption import Caption
from verifier_server.drawing.layout import BORDER, CARD_RADIUS, Layout
from verifier_server.drawing.lettering import fitted
from verifier_server.drawing.shapes import Stroke, strokes

_FONTS = "'Be Vietnam Pro','Segoe UI',Roboto,'Noto Sans',Arial,sans-serif"


def drawn_svg(modules: np.ndarray, caption: Caption) -> str:
    """`modules` (True is black) on their card in `caption`'s frame, as one SVG element."""
    before, after = _around(len(modules), caption)
    return before + path(modules) + after


@lru_cache(maxsize=256)
def _around(size: int, caption: Caption) -> tuple[str, str]:
    """What stands before and after the path of a symbol of `size` modules."""
    at = Layout(size)
    before = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {at.width} {at.height}"'
        f' role="img" lang="{caption.lang}">'
        f"<title>{escape(caption.title)}</title><desc>{escape(caption.description)}</desc>"
        f"{_frame(at, caption)}"
        f'<path transform="translate({at.code} {at.code + 0.5})" stroke="#000"'
        ' shape-rendering="crispEdges" d="'
    )
    return before, f'"/>{_shape(at, caption)}{_words(at, caption)}</svg>'


def _frame(at: Layout, caption: Caption) -> str:
    look = caption.look
    if caption.status is Status.NONE:
        outer = _box(0, 0, at.width, at.height, at.radius, "#000")
        inner = (at.width - 2 * BORDER, at.height - 2 * BORDER, at.radius - BORDER)
        return outer + _box(BORDER, BORDER, *inner, look.colour)
    frame = _box(0, 0, at.width, at.height, at.radius, look.colour)
    return frame + _box(at.margin, at.margin, at.card, at.card, CARD_RADIUS, "#fff")


def _box(x: float, y: float, width: float, height: float, radius: float, fill: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{radius:g}" fill="{fill}"/>'


def path(modules: np.ndarray) -> str:
    """One horizontal stroke for each run of black modules."""
    edges = np.diff(np.pad(modules, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    lengths = np.nonzero(edges == -1)[1] - starts
    runs = zip(starts.tolist(), rows.tolist(), lengths.tolist(), strict=True)
    return "".join([f"M{x} {y}h{length}" for x, y, length in runs])


def _shape(at: Layout, caption: Caption) -> str:
    left, top, side = at.shape
    lines = "".join(_line(stroke) for stroke in strokes(caption))
    return (
        f'<g transform="translate({left:g} {top:g}) scale({side / 100:g})" fill="none"'
        f' stroke="{caption.look.ink}" stroke-linecap="round" stroke-linejoin="round">{lines}</g>'
    )


def _line(stroke: Stroke) -> str:
    points = "L".join(f"{x:.4g} {y:.4g}" for x, y in stroke.points)
    end = "z" if stroke.closed else ""
    return f'<path stroke-width="{stroke.width:g}" d="M{points}{end}"/>'


def _words(at: Layout, caption: Caption) -> str:
    left, middle, room = at.words
    size, width = fitted(caption.words, at.font_size, room)
    # A fallback font is squeezed into the width of the intended one, so that no word is cut off.
    return (
        f'<text x="{left:g}" y="{middle + size * 0.35:g}" font-size="{size:g}" font-weight="700"'
        f' font-family="{_FONTS}" fill="{caption.look.ink}" textLength="{width:g}"'
        f' lengthAdjust="spacingAndGlyphs">{escape(caption.words)}</text>'
    )
