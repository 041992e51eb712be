"""Why a pass ended, in the words of the page: what the row keeps is one word."""

from __future__ import annotations

from flask_babel import gettext as _

_BATCH = {"key", "pass", "person", "site", "account", "batch"}


def reasons_said() -> dict[str, str]:
    """Return the words of each reason for another pass in place of this one."""
    return {
        "lost": _("Bị mất"),
        "stolen": _("Bị lấy cắp"),
        "damaged": _("Bị hỏng"),
        "posted": _("Ảnh mã bị đăng lên mạng"),
        "name_changed": _("Người này đã đổi tên"),
        "wrong_data": _("Thông tin trên thẻ sai"),
    }


def why_ended(why: str | None) -> str:
    """Return why a pass was revoked: a reason for another one, a corrected record, or a decision of two people."""
    said = {
        **reasons_said(),
        "replaced": _("Có mã mới"),
        "dose": _("Mũi tiêm được sửa hoặc hủy"),
        "person erased": _("Hồ sơ bị xóa theo luật"),
    }
    if why in _BATCH:
        return _("Đợt thu hồi")
    return said.get(why or "", why or "")


def ending_reasons() -> tuple[str, ...]:
    """Return the reasons that are offered for ending a pass without another one; a clerk may write something else."""
    return (_("Bị mất, không cần mã mới"), _("Thông tin sai"), _("Người này đã mất"), _("Cấp nhầm người"))
