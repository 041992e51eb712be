"""How long each role still lasts, as one SVG element: bars over weeks, today marked.

Places across are percentages of whatever width the page has, as in the chart of signing keys. No
script and no inline style; everything drawn is also in the description and in the table beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from verifier_server.signers.layout import BAR, Layout
from verifier_server.signers.window import DAY, Window
from verifier_server.web.display import day_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verifier_server.channel.reading import Role
    from verifier_server.channel.words import Words

TOP, FOOT = 34, 34
DESK = Layout("desk", 22, 800, 52, 16, 24, 44, status_right=False, most_months=10, longest_name=28)
# The day stands under the name: a role of a province has a name as wide as a phone.
PHONE = Layout("phone", 0, 280, 82, 46, 18, 38, status_right=False, most_months=4, longest_name=20)
LAYOUTS = (DESK, PHONE)
# A channel that nobody looked after for long must not press today into a corner.
LONGEST_BACK, LONGEST_AHEAD = 45 * DAY, 45 * DAY
WEEK = 7 * DAY
_VIETNAM = 7 * 3600


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a role's time: ``fresh``, ``old`` or ``stale`` from one Unix second to another."""

    kind: str
    start: int
    end: int


def parts(role: Role) -> tuple[Part, ...]:
    """What scanners do with a role over its time: believe it, warn, cannot tell."""
    if not role.judged:
        return (Part("fresh", role.begins, role.expires),)
    warns = min(role.warns_at, role.expires)
    found = (
        Part("fresh", role.begins, warns),
        Part("old", warns, role.stale_at),
        Part("stale", role.stale_at, role.expires),
    )
    return tuple(part for part in found if part.start < part.end)


def window_of(roles: Sequence[Role], now: int) -> Window:
    """From the first signature to the last expiry, with today inside, whole days in Vietnam."""
    first = min([now - WEEK, *(role.begins for role in roles)])
    last = max([now + WEEK, *(role.expires for role in roles)])
    return Window(max(first, now - LONGEST_BACK) - DAY, min(last, now + LONGEST_AHEAD) + DAY)


def drawn(roles: Sequence[Role], now: int, words: Words, layout: Layout) -> Markup:
    """The chart in one of the two layouts."""
    window, bottom = window_of(roles, now), TOP
    bars, labels = Markup(), Markup()
    for role in roles:
        bars += Markup().join(_bars(role, bottom + layout.bar, window, words, layout))
        labels += _labels(role, bottom, now, words, layout)
        bottom += layout.row
    body = _weeks(window, now, bottom, layout) + bars + _today(window, now, bottom, words, layout) + labels
    return Markup(
        '<svg class="lives {name}" width="100%" height="{height}" role="img" '
        'aria-labelledby="roles-{name}-title roles-{name}-told">'
        '<title id="roles-{name}-title">{title}</title><desc id="roles-{name}-told">{told}</desc>{body}</svg>'
    ).format(
        name=layout.name,
        height=bottom + FOOT,
        title=words.title,
        told=" ".join(words.told(role, parts(role)) for role in roles),
        body=body,
    )


def _bars(role: Role, top: int, window: Window, words: Words, layout: Layout) -> Iterator[Markup]:
    for part in parts(role):
        left, right = layout.x(window.share(part.start)), layout.x(window.share(part.end))
        if right > left:
            yield Markup(
                '<rect class="{}" x="{:.3f}%" y="{}" width="{:.3f}%" height="{}" rx="5"><title>{}</title></rect>'
            ).format(part.kind, left, top, right - left, BAR, words.part(part))


def _labels(role: Role, top: int, now: int, words: Words, layout: Layout) -> Markup:
    name = Markup('<text class="name" x="0" y="{}">{}</text>').format(top + layout.name_at, words.roles_short(role))
    over = role.expires <= now
    end = (words.expired if over else words.expires).format(day=day_of(role.expires))
    return name + Markup('<text class="status{}" x="{}" y="{}"{}>{}</text>').format(
        " revoked" if over else "",
        "100%" if layout.status_right else "0",
        top + layout.status_at,
        Markup(' text-anchor="end"') if layout.status_right else "",
        end,
    )


def _weeks(window: Window, now: int, bottom: int, layout: Layout) -> Markup:
    """A line for every week counted from today, so that 7 and 21 days can be seen; a label where there is room."""
    drawn, midnight = Markup(), (now + _VIETNAM) // DAY * DAY - _VIETNAM
    weeks = [midnight + number * WEEK for number in range(-8, 9) if window.holds(midnight + number * WEEK)]
    step = -(-len(weeks) // layout.most_months)
    for at in weeks:
        x, label = layout.x(window.share(at)), day_of(at)[:5]
        drawn += Markup('<line class="month" x1="{x:.3f}%" x2="{x:.3f}%" y1="{}" y2="{}"/>').format(
            TOP - 6, bottom, x=x
        )
        if ((at - midnight) // WEEK) % step == 0 and layout.has_room(label, x):
            drawn += Markup('<text class="month" x="{:.3f}%" y="20">{}</text>').format(x, label)
    return drawn


def _today(window: Window, now: int, bottom: int, words: Words, layout: Layout) -> Markup:
    late = window.share(now) > 0.5
    return Markup(
        '<line class="today" x1="{x:.3f}%" x2="{x:.3f}%" y1="{}" y2="{}"/>'
        '<text class="today" x="{x:.3f}%" dx="{}" y="{}"{}>{} {}</text>'
    ).format(
        TOP - 6,
        bottom + 10,
        -6 if late else 6,
        bottom + 12,
        Markup(' text-anchor="end"') if late else "",
        words.today,
        day_of(now),
        x=layout.x(window.share(now)),
    )
