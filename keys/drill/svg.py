"""The few marks of the drill's picture, as SVG text: boxes, lines, words, and shares stacked over time.

Written by hand like the server's charts (docs/adr/0015): one file without a script, a style sheet or a font of its own.
Sizes are in the picture's own units, 800 across, so that words are readable when it is shown at half its width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

WIDTH, MARGIN = 800, 20
WORDS, SMALL = 25, 22
INK, PALE = "#1a1a1a", "#d9d9d9"
_HAIR = 'stroke="#ffffff" stroke-width="0.8"'


def box(x: float, y: float, width: float, height: float, colour: str, *, edge: str | None = None) -> str:
    """A rectangle; with an ``edge`` it is outlined."""
    outline = f' stroke="{edge}" stroke-width="1.5"' if edge else ""
    size = f'width="{max(0.0, width):.1f}" height="{height:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{colour}"{outline}/>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str, *, width: float = 2, dash: str = "") -> str:
    """A straight line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}"{dashed}/>'
    )


def words(x: float, y: float, text: str, *, size: int = WORDS, anchor: str = "start", bold: str = "") -> str:
    """A line of words, its baseline at ``y``, with a ground of its own so that lines may pass below.

    :param bold: what stands before the words, in bold.
    """
    strong = f'<tspan font-weight="bold">{escape(bold)}</tspan>' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" stroke="#ffffff" stroke-width="6" '
        f'stroke-linejoin="round" paint-order="stroke">{strong}{escape(text)}</text>'
    )


def legend(y: float, entries: Iterable[tuple[str, str]]) -> str:
    """A line of colours with their words."""
    marks, x = [], float(MARGIN)
    for colour, text in entries:
        marks += [box(x, y - 17, 20, 20, colour, edge="#595959"), words(x + 27, y, text, size=SMALL)]
        x += 27 + 11.3 * len(text) + 18
    return "".join(marks)


def stacked(x: Sequence[float], layers: Sequence[tuple[str, Sequence[float]]], bottom: float, height: float) -> str:
    """Shares of a whole over time: areas on top of one another, the first one lowest.

    :param layers: a colour, and for each ``x`` a share from 0 to 1.
    """
    below = [0.0] * len(x)
    marks = []
    for colour, shares in layers:
        above = [low + share for low, share in zip(below, shares, strict=True)]
        there = [f"{at:.1f},{bottom - height * share:.1f}" for at, share in zip(x, above, strict=True)]
        back = [f"{at:.1f},{bottom - height * share:.1f}" for at, share in zip(x, below, strict=True)]
        marks.append(f'<polygon points="{" ".join([*there, *reversed(back)])}" fill="{colour}" {_HAIR}/>')
        below = above
    return "".join(marks)


def document(body: str, height: float, title: str, told: str) -> str:
    """The whole picture, on a light ground, with its title and what it tells for who cannot see it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" aria-label={quoteattr(title)} font-family="sans-serif" fill="{INK}">'
        f"<title>{escape(title)}</title><desc>{escape(told)}</desc>"
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>{body}</svg>\n'
    )
