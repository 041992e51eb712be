"""What the kinds and outcomes of reports are called."""

from __future__ import annotations

from flask_babel import gettext as _


def about_said() -> dict[str, str]:
    """What a report is about."""
    return {
        "name": _("Họ tên sai"),
        "birth": _("Ngày sinh sai"),
        "dose": _("Mũi tiêm sai"),
        "missing": _("Thiếu mũi tiêm"),
        "other": _("Việc khác"),
    }


def outcomes_said() -> dict[str, str]:
    """How a report was answered."""
    return {"corrected": _("Đã sửa"), "declined": _("Không sửa")}
