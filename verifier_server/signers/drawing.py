"""The life lines of keys as one SVG element: plain functions from dates to places.

No script and no inline style, as the pages' policy wants it: colours are classes of the style
sheet. Everything drawn is also in the title, the description and the table beside the chart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from keys.entry import FORMS
from verifier_server.signers.layout import BAR, Layout
from verifier_server.signers.life import Phase
from verifier_server.signers.window import labelled, months
from verifier_server.signers.words import period
from verifier_server.web.display import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verifier_server.signers.life import LifeLine, Stretch
    from verifier_server.signers.window import Month, Window
    from verifier_server.signers.words import Words

TOP = 30  # the months' labels
HEADING = 44
FOOT = 34  # the label of today


def drawn(lines: Sequence[LifeLine], window: Window, now: int, words: Words, layout: Layout) -> Markup:
    """The chart, the forms one below the other, in one of the two layouts."""
    groups = [(form, [line for line in lines if line.entry.form == form]) for form in FORMS]
    bars, labels, bottom = Markup(), Markup(), TOP
    for form, members in groups:
        if members:
            labels += _heading(words.forms[form], bottom)
            bottom += HEADING
        for line in members:
            bars += Markup().join(_bars(line, bottom + layout.bar, window, words, layout))
            labels += _labels(line, bottom, words, layout) + _end_mark(line, bottom + layout.bar, window, words, layout)
            bottom += layout.row
    # What is written lies on top: the line of today may cross a bar, but no word.
    body = _months(window, bottom, words, layout) + bars + _today(window, now, bottom, words, layout) + labels
    return Markup(
        '<svg class="lives {name}" width="100%" height="{height}" role="img" '
        'aria-labelledby="lives-{name}-title lives-{name}-told">'
        '<title id="lives-{name}-title">{title}</title><desc id="lives-{name}-told">{told}</desc>{hatch}{body}</svg>'
    ).format(
        name=layout.name,
        hatch=_hatch(layout),
        height=bottom + FOOT,
        title=words.title,
        told=" ".join(words.told(line) for line in lines),
        body=body,
    )


def place(stretch: Stretch, window: Window, layout: Layout) -> tuple[float, float] | None:
    """Where a stretch begins and how wide it is, in percent; None when the window does not hold it."""
    if stretch.end <= window.start or stretch.start >= window.end:
        return None
    left, right = layout.x(window.share(stretch.start)), layout.x(window.share(stretch.end))
    return left, right - left


def _heading(text: str, top: int) -> Markup:
    return Markup('<text class="group" x="0" y="{}">{}</text>').format(top + 28, text)


def _labels(line: LifeLine, top: int, words: Words, layout: Layout) -> Markup:
    entry = line.entry
    name = Markup('<text class="name" x="0" y="{}">{}</text>').format(
        top + layout.name_at, shortened(entry.name, layout.longest_name)
    )
    status = Markup('<text class="status {}" x="{}" y="{}"{}>{}</text>').format(
        entry.status.value,
        "100%" if layout.status_right else "0",
        top + layout.status_at,
        Markup(' text-anchor="end"') if layout.status_right else "",
        words.status(entry),
    )
    return name + status


def _bars(line: LifeLine, top: int, window: Window, words: Words, layout: Layout) -> Iterator[Markup]:
    for stretch in line.stretches:
        placed = place(stretch, window, layout)
        if placed:
            yield Markup(
                '<rect class="{}" x="{:.3f}%" y="{}" width="{:.3f}%" height="{}" rx="5"{}><title>{}</title></rect>'
            ).format(stretch.phase.value, placed[0], top, placed[1], BAR, _fill(stretch, layout), _tip(stretch, words))


def _hatch(layout: Layout) -> Markup:
    """The lines across a spare's bar: seen also where its colour is not. Each chart has its own, by its name."""
    return Markup(
        '<defs><pattern id="spare-{}" width="9" height="9" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="ground" width="9" height="9"/>'
        '<line class="stripe" x1="2" x2="2" y1="0" y2="9"/></pattern></defs>'
    ).format(layout.name)


def _fill(stretch: Stretch, layout: Layout) -> Markup:
    return Markup(' fill="url(#spare-{})"').format(layout.name) if stretch.phase is Phase.SPARE else Markup()


def _tip(stretch: Stretch, words: Words) -> str:
    return f"{words.phases[stretch.phase]} {period(stretch)}"


def _end_mark(line: LifeLine, top: int, window: Window, words: Words, layout: Layout) -> Markup:
    """The red end of a revoked key with its day: after the mark, or where that has no room, below it."""
    if line.revoked_at is None or not window.holds(line.revoked_at):
        return Markup()
    x = layout.x(window.share(line.revoked_at))
    label = words.revoked.format(day=day_of(line.revoked_at))
    beside = layout.has_room(label, x, gap=10)
    mark = Markup('<line class="end" x1="{x:.3f}%" x2="{x:.3f}%" y1="{}" y2="{}"/>').format(top - 5, top + BAR + 5, x=x)
    where = (10, top + 16, "start") if beside else (0, top + BAR + 20, "end")
    return mark + Markup('<text class="end-day" x="{:.3f}%" dx="{}" y="{}" text-anchor="{}">{}</text>').format(
        x, *where, label
    )


def _months(window: Window, bottom: int, words: Words, layout: Layout) -> Markup:
    drawn = Markup()
    for month in labelled(months(window), layout.most_months):
        x, label = layout.x(window.share(month.at)), _month(month, words)
        drawn += Markup('<line class="month" x1="{x:.3f}%" x2="{x:.3f}%" y1="{}" y2="{}"/>').format(
            TOP - 4, bottom, x=x
        )
        if layout.has_room(label, x):
            drawn += Markup('<text class="month" x="{:.3f}%" y="18">{}</text>').format(x, label)
    return drawn


def _month(month: Month, words: Words) -> str:
    return str(month.year) if month.number == 1 else words.months[month.number - 1]


def _today(window: Window, now: int, bottom: int, words: Words, layout: Layout) -> Markup:
    return Markup(
        '<line class="today" x1="{x:.3f}%" x2="{x:.3f}%" y1="{}" y2="{}"/>'
        '<text class="today" x="{x:.3f}%" dx="{}" y="{}"{}>{} {}</text>'
    ).format(
        TOP - 4,
        bottom + 10,
        -6 if window.share(now) > 0.5 else 6,
        bottom + 10,
        Markup(' text-anchor="end"') if window.share(now) > 0.5 else "",
        words.today,
        day_of(now),
        x=layout.x(window.share(now)),
    )


def shortened(name: str, longest: int) -> str:
    """A name that fits; the whole one stands in the table."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
