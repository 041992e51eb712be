"""What the kinds and outcomes of reports are called, and how long one has waited."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from verifier_server.web.services import services

_DAY = 86_400


def about_said() -> dict[str, str]:
    """What a report is about."""
    return {
        "name": _("Họ tên sai"),
        "birth": _("Ngày sinh sai"),
        "dose": _("Mũi tiêm sai"),
        "missing": _("Thiếu mũi tiêm"),
        "other": _("Việc khác"),
    }


def waited(since: int) -> str:
    """How long something has waited that came at this time (Unix seconds), in whole days."""
    days = max(0, services().now() - since) // _DAY
    return ngettext("%(num)s ngày", "%(num)s ngày", days) if days else _("chưa đến một ngày")


def outcomes_said() -> dict[str, str]:
    """How a report was answered."""
    return {"corrected": _("Đã sửa"), "declined": _("Không sửa")}
