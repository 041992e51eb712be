"""The words of the scanners' page, in the language of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markupsafe import Markup, escape

from verifier_server.scanners.ages import Standing
from verifier_server.web.display import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys.receipts import Coverage
    from verifier_server.scanners.ages import Aged

MOST_POSTS = 8
_EXAMPLE = "79-CLT-1"
_LONGEST_UNBROKEN = 16


def short() -> dict[Standing, str]:
    """One or two words for each standing."""
    return {
        Standing.FRESH: _("Còn mới"),
        Standing.WARN: _("Cũ"),
        Standing.STALE: _("Quá cũ"),
        Standing.SILENT: _("Chưa báo"),
    }


def meaning() -> dict[Standing, str]:
    """What each standing means at the post."""
    return {
        Standing.FRESH: _("khóa đến 7 ngày"),
        Standing.WARN: _("đến 21 ngày: máy cảnh báo"),
        Standing.STALE: _("hơn 21 ngày: máy chỉ nói Chưa rõ"),
        Standing.SILENT: _("chưa gửi biên nhận nào"),
    }


def age_said(one: Aged) -> str:
    """The age of a scanner's data: today, 1 day, 12 days; a dash when it has said nothing."""
    if one.days is None:
        return "–"
    if one.days == 0:
        return _("hôm nay")
    return _("1 ngày") if one.days == 1 else _("%(days)s ngày", days=counted(one.days))


def above(counts: Mapping[Standing, int]) -> dict[Standing, tuple[str, str]]:
    """What stands above the parts of the chart: a word, and below it the number."""
    said = short()
    return {standing: (said[standing], counted(number)) for standing, number in counts.items()}


def told(counts: Mapping[Standing, int]) -> str:
    """The chart as one sentence."""
    said, means = short(), meaning()
    return "; ".join(f"{counted(number)} {said[it].lower()} ({means[it]})" for it, number in counts.items()) + "."


def share(coverage: Coverage) -> str:
    """How many scanners hold a key: 94% of 212 scanners hold it."""
    if not coverage.total:
        return _("Chưa có máy quét nào được ghi danh.")
    return _(
        "%(percent)s%% trong %(total)s máy quét đã có khóa này.",
        percent=coverage.percent,
        total=counted(coverage.total),
    )


def post_label() -> Markup:
    """The label of the field for a post's code; its example stays on one line."""
    label = escape(_("Mã chốt, ví dụ 79-CLT-1"))
    return Markup(unbroken(_EXAMPLE).join(label.split(_EXAMPLE)))  # noqa: S704  escaped, our own


def unbroken(post: str) -> Markup:
    """A post's code that is not broken at its hyphens, but when it is too long for a narrow screen."""
    if len(post) > _LONGEST_UNBROKEN:
        return escape(post)
    return Markup('<span class="nowrap">{}</span>').format(post)


def waiting(coverage: Coverage) -> Markup | str:
    """The posts of those that do not hold it yet, a few by name; empty when there is none."""
    if not coverage.waiting:
        return ""
    named, more = Markup(", ").join(map(unbroken, coverage.waiting[:MOST_POSTS])), len(coverage.waiting) - MOST_POSTS
    if more > 0:
        said = _("Còn chờ: %(posts)s và %(more)s máy khác.", posts=named, more=counted(more))
    else:
        said = _("Còn chờ: %(posts)s.", posts=named)
    return Markup(said)  # noqa: S704  the posts are escaped, the rest is our own
