"""The audit in plain words, in the reader's language: what a finding means, and what an event was."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from verifier_server.audit.findings import Difference, Finding
from verifier_server.audit.kinds import Kind

_KINDS = {
    Kind.PERSON_ADDED: _("Thêm người"),
    Kind.PERSON_COMPLETED: _("Bổ sung hồ sơ từ tệp"),
    Kind.PERSON_CORRECTED: _("Sửa hồ sơ"),
    Kind.PEOPLE_MERGED: _("Gộp hai hồ sơ"),
    Kind.MERGE_UNDONE: _("Tách lại hai hồ sơ đã gộp"),
    Kind.PERSON_JOINED: _("Hồ sơ sau khi gộp hoặc tách"),
    Kind.PEOPLE_APART: _("Xác định là hai người khác nhau"),
    Kind.CONSENT_NOTED: _("Ghi câu trả lời về sự đồng ý"),
    Kind.PERSON_ERASED: _("Xóa một người theo luật"),
    Kind.DOSE_RECORDED: _("Ghi mũi tiêm"),
    Kind.DOSE_SIGNED_OFF: _("Xác nhận mũi tiêm"),
    Kind.DOSE_CORRECTED: _("Sửa mũi tiêm"),
    Kind.DOSE_RENUMBERED: _("Đổi số thứ tự mũi tiêm"),
    Kind.DOSE_MOVED: _("Mũi tiêm sang hồ sơ khác"),
    Kind.DOSE_STRUCK: _("Hủy mũi tiêm ghi sai"),
    Kind.DAY_SIGNED_OFF: _("Xác nhận một ngày tiêm"),
    Kind.SIGN_OFF_AGAIN: _("Xin cấp lại cho người chưa có mã sau khi ký xác nhận"),
    Kind.PASS_MOVED: _("Thẻ sang hồ sơ khác"),
    Kind.PASS_ISSUED: _("Cấp thẻ"),
    Kind.PASS_REISSUED: _("Cấp lại thẻ"),
    Kind.PASS_REVOKED: _("Thu hồi thẻ"),
    Kind.PASS_UNREVOKED: _("Bỏ thu hồi thẻ"),
    Kind.BATCH_PROPOSED: _("Đề nghị đợt thu hồi"),
    Kind.BATCH_APPROVED: _("Phê duyệt đợt thu hồi"),
    Kind.BATCH_WITHDRAWN: _("Rút lại đợt thu hồi"),
    Kind.BATCH_FINISHED: _("Làm xong đợt thu hồi"),
    Kind.BULK_BEGUN: _("Bắt đầu cấp hàng loạt"),
    Kind.BULK_FINISHED: _("Cấp hàng loạt xong"),
    Kind.IMPORT_BEGUN: _("Nhận tệp mũi tiêm trước đây"),
    Kind.IMPORT_DISCARDED: _("Bỏ tệp chưa nhập"),
    Kind.IMPORT_FINISHED: _("Nhập tệp xong"),
    Kind.IMPORT_UNDONE: _("Hoàn tác lần nhập tệp"),
    Kind.IMPORT_ROW_DECIDED: _("Quyết định một dòng của tệp"),
    Kind.ACCOUNT_ADDED: _("Tạo tài khoản"),
    Kind.ACCOUNT_OPENED: _("Mở tài khoản"),
    Kind.ACCOUNT_CLOSED: _("Khóa tài khoản"),
    Kind.ACCOUNT_ROLE_CHANGED: _("Đổi vai trò tài khoản"),
    Kind.ACCOUNT_CONFIRMED: _("Xác nhận tài khoản"),
    Kind.ACCOUNT_WAIT_ENDED: _("Bỏ thời gian chờ đăng nhập"),
    Kind.SECOND_FACTOR_RESET: _("Đặt lại mã thứ hai"),
    Kind.PASSWORD_CHANGED: _("Đổi mật khẩu của mình"),
    Kind.ALARM_RAISED: _("Báo động về hạn mức"),
    Kind.ALARM_ACKNOWLEDGED: _("Đã xem báo động"),
    Kind.CORRECTION_REQUESTED: _("Người dân báo sai sót"),
    Kind.CORRECTION_ANSWERED: _("Trả lời báo sai sót"),
    Kind.BOOK_DEVICES_ENDED: _("Đăng xuất mọi thiết bị của một số điện thoại"),
    Kind.PRINTING_ASKED: _("Yêu cầu in thẻ"),
    Kind.PRINTING_FETCHED: _("Tải tệp thẻ để in"),
    Kind.PRINTING_ENDED: _("Xóa tệp thẻ đã in"),
    Kind.API_TOKEN_ADDED: _("Tạo mã truy cập cho hệ thống khác"),
    Kind.API_TOKEN_ENDED: _("Kết thúc mã truy cập"),
    Kind.SITE_ADDED: _("Thêm điểm tiêm"),
    Kind.SITE_CHANGED: _("Sửa điểm tiêm"),
    Kind.DETAILS_ERASED: _("Xóa dữ liệu theo luật"),
    Kind.DATABASE_RESTORED: _("Khôi phục cơ sở dữ liệu từ bản sao lưu"),
    Kind.AUDIT_VERIFIED: _("Kiểm tra chuỗi"),
}


def finding_said(finding: Finding) -> str:
    """Return what was found, as a sentence for somebody who knows the register and not the chain."""
    where = {"link": finding.link, "event": finding.event}
    sentences = {
        Difference.LINK_MISSING: _("Thiếu mắt xích từ số %(link)s: có dòng đã bị xóa.", **where),
        Difference.LINK_BEFORE_DIFFERS: _("Mắt xích %(link)s không nối với mắt xích trước nó.", **where),
        Difference.EVENT_GONE: _("Sự kiện %(event)s của mắt xích %(link)s đã bị xóa.", **where),
        Difference.EVENT_DIFFERS: _("Sự kiện %(event)s đã bị sửa sau khi niêm phong (mắt xích %(link)s).", **where),
        Difference.DETAIL_DIFFERS: _("Chi tiết của sự kiện %(event)s đã bị sửa.", **where),
        Difference.DETAIL_GONE: _("Chi tiết của sự kiện %(event)s đã mất, không phải do xóa theo luật.", **where),
        Difference.DETAIL_WITHOUT_EVENT: _("Có chi tiết của sự kiện %(event)s, nhưng sự kiện không còn.", **where),
        Difference.EVENT_OUTSIDE: _("Sự kiện %(event)s nằm ngoài chuỗi: bị chèn vào bằng tay.", **where),
        Difference.WAITING_WRONG: _("Hàng chờ niêm phong đã bị sửa (sự kiện %(event)s).", **where),
        Difference.TAIL_MISSING: _("Đuôi chuỗi bị cắt từ mắt xích %(link)s: các sự kiện mới nhất đã mất.", **where),
        Difference.END_DIFFERS: _("Cuối chuỗi không như máy niêm phong để lại."),
        Difference.HEAD_DIFFERS: _("Chuỗi đã bị viết lại: mắt xích %(link)s khác với đầu chuỗi đã giữ.", **where),
        Difference.OTHER_CHAIN: _("Đầu chuỗi này là của một cơ sở dữ liệu khác."),
        Difference.ROW_DIFFERS: _("Một dòng của sổ đã bị sửa bằng tay sau sự kiện %(event)s.", **where),
        Difference.ROW_GONE: _("Một dòng của sổ đã bị xóa bằng tay sau sự kiện %(event)s.", **where),
        Difference.ROW_WITHOUT_EVENT: _("Một dòng của sổ không có sự kiện nào: bị chèn vào bằng tay."),
    }
    return str(sentences[finding.kind])


def kind_said(kind: str) -> str:
    """Return what happened; a kind that has no words yet is shown by its name."""
    return str(_KINDS.get(kind, kind))
