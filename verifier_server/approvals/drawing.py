"""Bars of shares: how much of the whole a province or a site has, and how far work has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verifier_server.revocation.preview import Count

MOST_BARS = 12
# So much can be seen of the smallest share.
LEAST = 0.7


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture.

    :ivar name: None for the sum of those that have no line of their own.
    """

    name: str | None
    passes: int
    people: int | None
    drawn: Markup


def bars(counts: Mapping[str, Count]) -> list[Bar]:
    """A bar for each name, relative to the longest; the many small ones together as the last.

    People of several names are counted for each, so the sum says no number of people.
    """
    shown = list(counts.items())
    rest = [count for _, count in shown[MOST_BARS:]]
    most = max((count.passes for count in counts.values()), default=0)
    lines = [Bar(name, one.passes, one.people, bar(one.passes, most)) for name, one in shown[:MOST_BARS]]
    if rest:
        passes = sum(one.passes for one in rest)
        lines.append(Bar(None, passes, None, bar(passes, max(most, passes))))
    return lines


def bar(part: int, whole: int, kind: str = "share") -> Markup:
    """One bar as an SVG element; what it says stands in words beside it.

    :param kind: the class: ``share`` or ``progress``.
    """
    percent = min(100.0, 100 * part / whole) if whole else 0.0
    if part:
        percent = max(LEAST, percent)
    return Markup(
        '<svg class="bar-of {}" width="100%" height="18" aria-hidden="true">'
        '<rect class="whole" width="100%" height="18" rx="5"/><rect class="part" width="{:.2f}%" height="18" rx="5"/>'
        "</svg>"
    ).format(kind, percent)
