"""The words for what warns about a dose, and for what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

if TYPE_CHECKING:
    from verifier_server.doses.warning import Warned

_KEY_CODES = {"no_active_key", "no_keys", "signer_over", "outside_signing_window", "expires_too_late"}


def warned(one: Warned) -> str:
    """Return a warning in the language of the page."""
    said = {
        "trial": _("Vắc xin thử nghiệm: được ghi, không thành đủ liều, không lên mã quốc tế."),
        "special_series": _("Phác đồ ghi là %(series)s mũi; thông thường %(usual)s."),
        "no_lot": _("Chưa có số lô."),
        "missing_before": _("Mũi %(number)s, nhưng chưa có mũi %(missing)s trong sổ."),
        "mixed": _("Tiêm trộn: sau %(former)s là %(vaccine)s."),
        "too_early": _("Sớm: cách mũi trước %(days)s ngày, quy định ít nhất %(least)s."),
        "too_late": _("Muộn: cách mũi trước %(days)s ngày, quy định nhiều nhất %(most)s."),
    }
    return said[one.code] % one.evidence


def ended(why: str) -> str:
    """Return what ended a version of a dose."""
    return {"corrected": _("Đã sửa"), "struck": _("Đã hủy"), "renumbered": _("Đã đánh số lại")}[why]


def why_refused(code: str) -> str:
    """Return why somebody got no pass after a sign-off, from the error's code."""
    if code == "cap_reached":
        return _("Đã tới mức cao nhất trong ngày.")
    if code in {"no_eu_code", "trial_vaccine"}:
        return _("Loại vắc xin này không có mã của EU.")
    if code in _KEY_CODES:
        return _("Không có khóa ký dùng được.")
    return _("Không cấp được (%(code)s).", code=code)
