"""The ages of the scanners' data as one SVG element: a bar for each day, the limits marked.

No script and no inline style (ADR 0015): colours are classes of the style sheet, across everything is
a percentage, so that bars stretch with the page and type does not shrink. The table beside it says the
same in words. Also the small shapes that stand for a standing, and the bar of a share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from vaccine_pass.verify import STALE_AFTER_DAYS, WARN_AFTER_DAYS
from verifier_server.scanners.ages import LAST_BIN, Standing, standing_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOP, HEIGHT, FOOT = 52, 120, 30
LIMITS = (int(WARN_AFTER_DAYS), int(STALE_AFTER_DAYS))
LEAST = 4  # pixels of a bar that stands for few among many
_BINS = LAST_BIN + 1
_SHAPES = {
    Standing.FRESH: '<circle cx="50" cy="50" r="44"/><path d="M30 51 45 66 71 37"/>',
    Standing.WARN: '<path d="M50 6 94 50 50 94 6 50z"/><path d="M50 30v24M50 68v2"/>',
    Standing.STALE: '<path d="M10 10h80v80h-80z"/><path d="M36 38c0-20 28-20 28-2 0 12-14 12-14 24M50 74v2"/>',
    Standing.SILENT: '<circle cx="50" cy="50" r="44" stroke-dasharray="14 13"/><path d="M34 50h32"/>',
}


def shape(standing: Standing) -> Markup:
    """The shape of a standing in the colour of the text around it: circle, diamond, square or dashed ring."""
    return Markup(
        '<svg class="shape" viewBox="0 0 100 100" fill="none" stroke="currentColor" stroke-width="10" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
    ).format(Markup(_SHAPES[standing]))  # noqa: S704  our own strokes


def share_bar(percent: int) -> Markup:
    """A share as a bar; the words beside it say the same."""
    return Markup(
        '<svg class="coverage-bar" width="100%" height="14" aria-hidden="true">'
        '<rect class="all" width="100%" height="14" rx="7"/><rect class="part" width="{}%" height="14" rx="7"/></svg>'
    ).format(percent)


def drawn(
    bins: Sequence[int], words: Mapping[Standing, tuple[str, str]], *, title: str, told: str, today: str
) -> Markup:
    """The chart of the ages.

    :param bins: scanners for each day of age, as `ages.by_day` counts them.
    :param words: what stands above each part: a word, and below it the number.
    :param told: the same as one sentence, for a screen reader.
    """
    most = max(*bins, 1)
    bars = Markup().join(_bar(day, count, most) for day, count in enumerate(bins) if count)
    return Markup(
        '<svg class="ages" width="100%" height="{height}" role="img" aria-labelledby="ages-title ages-told">'
        '<title id="ages-title">{title}</title><desc id="ages-told">{told}</desc>{limits}{bars}{above}{below}</svg>'
    ).format(
        height=TOP + HEIGHT + FOOT,
        title=title,
        told=told,
        limits=_limits(),
        bars=bars,
        above=_above(words),
        below=_below(today),
    )


def x(day: float) -> float:
    """The percentage at which a day of age begins."""
    return 100 * day / _BINS


def _bar(day: int, count: int, most: int) -> Markup:
    high = max(LEAST, round(HEIGHT * count / most))
    return Markup('<rect class="{}" x="{:.3f}%" y="{}" width="{:.3f}%" height="{}"><title>{}</title></rect>').format(
        standing_of(day).value, x(day + 0.1), TOP + HEIGHT - high, x(0.8), high, count
    )


def _limits() -> Markup:
    foot = Markup('<line class="foot" x1="0" x2="100%" y1="{y}" y2="{y}"/>').format(y=TOP + HEIGHT)
    lines = (  # the second one begins below the word that stands across it
        Markup('<line class="limit" x1="{x:.3f}%" x2="{x:.3f}%" y1="{}" y2="{}"/>').format(top, TOP + HEIGHT, x=x(day))
        for day, top in zip(LIMITS, (4, 46), strict=True)
    )
    return foot + Markup().join(lines)


def _above(words: Mapping[Standing, tuple[str, str]]) -> Markup:
    """What each part is called, where it begins; the last part is too narrow and is named to its left."""
    places = {
        Standing.FRESH: (0.0, 0, "start"),
        Standing.WARN: (x(LIMITS[0]), 8, "start"),
        Standing.STALE: (100.0, 0, "end"),
    }
    return Markup().join(
        Markup('<text class="part" x="{:.3f}%" dx="{}" y="{}" text-anchor="{}">{}</text>').format(*at, y, anchor, text)
        for standing, (*at, anchor) in places.items()
        for y, text in zip((18, 38), words[standing], strict=True)
    )


def _below(today: str) -> Markup:
    labels = [
        (0, today, "start"),
        (LIMITS[0], str(LIMITS[0]), "middle"),
        (14, "14", "middle"),
        (_BINS, f"{LIMITS[1]}+", "end"),
    ]
    return Markup().join(
        Markup('<text class="day" x="{:.3f}%" y="{}" text-anchor="{}">{}</text>').format(
            x(day), TOP + HEIGHT + 22, anchor, label
        )
        for day, label, anchor in labels
    )
