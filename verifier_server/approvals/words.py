"""What the pages call a batch and its parts, in the language of the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from verifier_server.checks import VIETNAM
from verifier_server.revocation.preview import UNKNOWN
from verifier_server.units.provinces import PROVINCES
from verifier_server.web.display import day, day_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verifier_server.revocation.selection import Selection


def kinds() -> Mapping[str, str]:
    """What can be chosen, as the choices say it."""
    return {
        "pass": _("Một thẻ"),
        "person": _("Một người"),
        "site": _("Một điểm tiêm"),
        "account": _("Một tài khoản"),
        "key": _("Một khóa ký"),
    }


def states() -> Mapping[str, str]:
    """How a batch stands."""
    return {
        "waiting": _("chờ người thứ hai"),
        "unfinished": _("đang làm dở"),
        "finished": _("đã xong"),
        "withdrawn": _("đã rút lại"),
    }


def outcomes() -> Mapping[str, str]:
    """What became of somebody who lost a pass."""
    return {
        "issued": _("đã cấp thẻ mới"),
        "kept": _("đã có thẻ khác"),
        "expired": _("thẻ đã hết hạn từ trước"),
        "refused": _("không cấp được"),
    }


def title_of(action: str, chosen: Selection, name: str) -> str:
    """A batch in one line: what is done with the passes of what."""
    meant = {
        "pass": _("thẻ %(name)s", name=name),
        "person": _("mọi thẻ của %(name)s", name=name),
        "site": _("thẻ cấp tại %(name)s", name=name),
        "account": _("thẻ do %(name)s cấp", name=name),
        "key": _("thẻ ký bằng khóa %(name)s", name=name),
        "batch": _("thẻ của đợt thu hồi %(name)s", name=name),
    }[chosen.kind] + _period(chosen)
    if action == "unrevoke":
        return _("Bỏ thu hồi: %(meant)s", meant=meant)
    return _("Thu hồi: %(meant)s", meant=meant)


def place_name(name: str | None, *, province: bool) -> str:
    """A province or a site in the picture; None is the sum of the small ones."""
    if name is None:
        return _("các nơi khác")
    if name == UNKNOWN:
        return _("chưa rõ tỉnh") if province else _("không rõ điểm tiêm")
    if not province:
        return name
    # A code that the list of 2021 does not have is shown as it is.
    return PROVINCES[2021].get(name) or _("Tỉnh %(code)s", code=name)


def _period(chosen: Selection) -> str:
    since, until = chosen.period.since, chosen.period.until
    if since is not None and until is not None:
        return f" ({day_of(since)} – {_last_day(until)})"
    if since is not None:
        return _(" (từ %(day)s)", day=day_of(since))
    return _(" (đến %(day)s)", day=_last_day(until)) if until is not None else ""


def _last_day(until: int) -> str:
    return day((datetime.fromtimestamp(until, UTC).astimezone(VIETNAM) - timedelta(seconds=1)).date())
