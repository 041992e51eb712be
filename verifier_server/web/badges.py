"""The small shape of a status beside its word in lists: the same strokes as on the pass."""

from __future__ import annotations

from markupsafe import Markup

from vaccine_pass.status import Status
from verifier_server.drawing.caption import Caption
from verifier_server.drawing.shapes import strokes


def badge(status: str, doses: int, series: int | None) -> Markup:
    """Return the shape as an SVG element in the colour of the text around it."""
    lines = Markup().join(
        Markup('<path stroke-width="{:g}" d="M{}{}"/>').format(
            stroke.width, "L".join(f"{x:.4g} {y:.4g}" for x, y in stroke.points), "z" if stroke.closed else ""
        )
        for stroke in strokes(Caption(Status(status), doses, series))
    )
    return Markup(
        '<svg class="shape" viewBox="0 0 100 100" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" aria-hidden="true">{}</svg>'
    ).format(lines)
