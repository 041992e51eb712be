"""What a verdict's reason means for the holder of a card, and what to do; the officer's words are the scanner's."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from flask_babel import gettext as _

if TYPE_CHECKING:
    from vaccine_pass.reasons import Reason


class Said(NamedTuple):
    """A sentence, and the next step."""

    sentence: str
    next_step: str


def said_of(reason: Reason | None) -> Said:
    """Return the words for a reason; None: accepted."""
    if reason is None:
        return Said(_("Trạm kiểm soát sẽ nhận mã này."), _("Hãy mang theo giấy tờ tùy thân để đối chiếu."))
    anew = _("Hãy mở sổ sức khỏe để lấy mã mới, hoặc đến trạm y tế.")
    again = _("Hãy chụp lại: gần hơn, đủ sáng, cả mã nằm trong ảnh.")
    known = {
        "no_code": Said(_("Không thấy mã QR trong ảnh."), again),
        "expired": Said(_("Mã đã hết hạn."), anew),
        "just_expired": Said(_("Mã vừa hết hạn."), anew),
        "not_yet_valid": Said(_("Mã chưa đến ngày dùng."), _("Hãy thử lại từ ngày ghi trên mã.")),
        "revoked": Said(_("Mã đã bị thu hồi, thường vì đã có mã mới."), anew),
        "bad_signature": Said(_("Chữ ký không đúng: mã bị hỏng hoặc bị sửa."), anew),
        "unknown_signer": Said(_("Không rõ ai đã ký mã này."), anew),
        "unknown_prefix": Said(_("Đây không phải là mã tiêm chủng."), again),
        "trust_too_old": Said(_("Dữ liệu kiểm tra ở đây đã cũ nên chưa thể kết luận."), _("Hãy thử lại sau.")),
        "no_trust": Said(_("Chưa có dữ liệu kiểm tra nên chưa thể kết luận."), _("Hãy thử lại sau.")),
        "newer_format": Said(_("Mã thuộc loại mới hơn, ở đây chưa đọc được."), _("Hãy thử lại sau.")),
        "unsupported_format": Said(_("Mã thuộc loại khác, ở đây chưa đọc được."), anew),
    }
    return known.get(reason.code, Said(_("Trạm kiểm soát không nhận mã này."), anew))
