"""The sentences of errors in Vietnamese; an error itself speaks English.

The key is an error's stable code; values in braces come from its evidence. A code without a
sentence is shown as a general one with the code, so that a report can name it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.web.languages import language

if TYPE_CHECKING:
    from vaccine_pass.errors import CheckpointError

VIETNAMESE = {
    "empty": "Chưa điền ô này.",
    "control_characters": "Có ký tự không in được. Hãy gõ lại.",
    "too_long": "Dài {characters} ký tự; tối đa {longest}.",
    "not_a_number": "Phải là số nguyên từ {least} đến {most}.",
    "number_out_of_range": "Phải từ {least} đến {most}.",
    "bad_name": "Tên chưa đúng. Hãy ghi đủ họ tên như trên giấy tờ, chỉ có chữ.",
    "name_too_long": "Tên dài quá mức một thẻ chứa được (80 ký tự).",
    "bad_birth_date": "Ngày sinh chưa đúng. Ghi ngày, tháng, năm; bỏ trống ngày hoặc tháng nếu không rõ.",
    "birth_in_future": "Ngày sinh ở tương lai.",
    "bad_sex": "Hãy chọn nữ, nam hoặc khác.",
    "bad_phone": "Số điện thoại chưa đúng. Ghi như 0912 345 678, hoặc + và mã nước.",
    "bad_id_kind": "Hãy chọn CCCD, CMND, hộ chiếu hoặc giấy khai sinh.",
    "bad_country": "Ghi mã nước bằng hai chữ, ví dụ VN hoặc FR.",
    "id_number_kind": "{kind} có {digits} chữ số. Hãy xem lại loại giấy tờ và số.",
    "probable_match": "Trong sổ có thể đã có người này ({score} trên 100 điểm). Cần cán bộ quyết định.",
    "bad_id_number": "Số giấy tờ có từ 5 đến 20 chữ hoặc số.",
    "id_number_length": "Số này có {digits} chữ số, nhưng CCCD có 12 và CMND có 9. Có bị mất số 0 ở đầu không?",
    "id_number_taken": "Đã có người với số giấy tờ này.",
    "identity_differs": "Số giấy tờ này đã thuộc về hồ sơ khác. Cần cán bộ xem xét.",
    "ambiguous_person": "Có nhiều người cùng họ tên, ngày sinh và điện thoại. Hãy ghi số giấy tờ.",
    "no_identity": "Trong sổ đã có người cùng tên và ngày sinh. Hãy ghi số giấy tờ hoặc số điện thoại để phân biệt.",
    "unknown_vaccine": "Hãy chọn loại vắc xin.",
    "bad_date": "Không có ngày này. Ghi ngày, tháng, năm.",
    "dose_in_future": "Ngày tiêm ở tương lai.",
    "dose_too_early": "Khi đó chưa có vắc xin.",
    "dose_before_birth": "Ngày tiêm trước ngày sinh.",
    "dose_exists": "Mũi {number} của người này đã được ghi.",
    "dose_order": "Ngày của mũi {number} không hợp với mũi {other} ({day}).",
    "dose_gone": "Mũi này đã bị hủy.",
    "dose_changed": "Người khác vừa sửa mũi này. Hãy xem lại thông tin hiện có rồi gửi lại.",
    "nothing_changed": "Chưa có gì thay đổi.",
    "nothing_to_sign": "Không có mũi nào được chọn còn chờ ký như bạn đã xem. Hãy xem lại.",
    "dose_missing": "Cần có loại vắc xin và số mũi.",
    "site_exists": "Đã có điểm tiêm với tên này.",
    "site_closed": "Hãy chọn điểm tiêm.",
    "bad_email": "Đây không phải là địa chỉ thư điện tử.",
    "email_taken": "Đã có tài khoản với địa chỉ này.",
    "bad_scopes": "Hãy chọn ít nhất một việc.",
    "bad_role": "Hãy chọn vai trò.",
    "site_needed": "Vai trò này làm việc cho một điểm tiêm. Hãy chọn điểm tiêm.",
    "short_password": "Mật khẩu cần ít nhất 12 ký tự.",
    "wrong_password": "Không phải mật khẩu hiện tại.",
    "weak_password": "Mật khẩu này dễ đoán. Hãy chọn mật khẩu khác.",
    "passwords_differ": "Hai lần ghi không giống nhau.",
    "own_account": "Không thể khóa hoặc đổi tài khoản của chính mình. Hãy nhờ người quản trị khác.",
    "account_not_waiting": "Tài khoản này không chờ ai xác nhận.",
    "account_same_person": "Chính tài khoản này đã tạo hoặc đổi. Người quản trị khác phải xác nhận.",
    "unknown_person": "Người này không có trong sổ.",
    "no_dose_yet": "Thẻ đi lại quốc tế cần ít nhất một mũi.",
    "trial_vaccine": "Mũi thử nghiệm không có mã của EU nên không cấp được thẻ quốc tế.",
    "no_eu_code": "{vaccine} không có mã của EU nên không cấp được thẻ quốc tế.",
    "signer_over": "Khóa ký đã hết hạn. Người quản trị cần kích hoạt khóa mới.",
    "blocks_used_up": "Đã hết dải số thẻ của cả hệ thống. Hãy báo người quản trị.",
    "block_of_another": "Dải số thẻ của máy chủ này đang thuộc về máy chủ khác. Hãy báo người quản trị.",
    "database_twice": "Có bản sao khác của máy chủ này đang cấp số thẻ. Hãy báo người quản trị.",
    "lease_book_lost": "Không tìm thấy sổ cấp dải số thẻ mới nhất. Hãy báo người quản trị.",
    "lease_book_damaged": "Sổ cấp dải số thẻ bị hỏng. Hãy báo người quản trị.",
    "serials_used_up": "Đã hết số thẻ của máy chủ này. Người quản trị cần xin dải số mới.",
    "no_active_key": "Chưa có khóa ký hoạt động. Hãy báo người quản trị.",
    "no_keys": "Chưa có khóa ký. Hãy báo người quản trị.",
    "outside_signing_window": "Khóa ký đã hết thời gian ký. Hãy báo người quản trị.",
    "expires_too_late": "Khóa ký sắp hết hạn. Hãy báo người quản trị.",
    "unknown_pass": "Không có thẻ với số này.",
    "unknown_site": "Không có điểm tiêm với tên này.",
    "unknown_account": "Không có tài khoản với địa chỉ này.",
    "unknown_batch": "Không có đợt thu hồi với số này.",
    "bad_period": "Khoảng thời gian kết thúc trước khi bắt đầu.",
    "bad_province": "Mã tỉnh có hai chữ số, ví dụ 01 là Hà Nội.",
    "no_admin": "Không có tài khoản quản trị nào đang mở với địa chỉ này.",
    "needs_second_person": "Cần một người quản trị thứ hai phê duyệt.",
    "same_person": "Chính tài khoản này đã đề nghị. Người quản trị khác phải phê duyệt.",
    "account_too_new": "Tài khoản này được tạo sau khi có đề nghị, nên không phê duyệt được.",
    "needs_no_approval": "Đợt này không cần người thứ hai phê duyệt.",
    "withdrawn": "Đề nghị này đã được rút lại.",
    "not_waiting": "Đợt này không chờ ai phê duyệt.",
    "batch_not_finished": "Đợt thu hồi này chưa thực hiện xong.",
    "register_not_checked": "Hãy sửa sổ cho đúng trước khi cấp lại thẻ.",
    "bad_post": "Mã chốt chỉ có chữ, số và gạch nối, ví dụ 79-CLT-1.",
    "bad_server": "Máy quét cần một địa chỉ bắt đầu bằng https://. Hãy mở trang này qua https.",
    "bad_hours": "Mã dùng được từ 1 đến {most} giờ.",
    "code_unknown": "Mã này không có ở đây. Hãy xin mã mới.",
    "code_used": "Mã này đã được dùng. Hãy xin mã mới.",
    "code_expired": "Mã này đã hết hạn. Hãy xin mã mới.",
    "bad_proof": "Chữ ký của máy quét không khớp với mã này.",
    "not_an_enrolment": "Yêu cầu ghi danh không đúng dạng.",
    "scanner_unknown": "Không có máy quét với số này.",
    "scanner_withdrawn": "Máy quét này đã ngừng dùng. Người quản trị có thể cho dùng lại.",
    "receipt_from_future": "Biên nhận mang ngày ở tương lai. Hãy chỉnh đồng hồ của máy quét.",
    "cap_reached": "Hôm nay đã cấp {limit} thẻ, là mức cao nhất trong một ngày. Người quản trị đã được báo.",
    "unknown_alarm": "Không có báo động với số này.",
    "own_alarm": "Báo động này về chính tài khoản của bạn. Người khác phải xem xét.",
    "bad_reason": "Hãy chọn lý do.",
    "print_fault": "Chưa in được: mã trên giấy không đọc đúng. Hãy thử lại; nếu vẫn vậy, báo người quản trị.",
    "pass_unreadable": "Không đọc được mã này. Hãy cấp mã mới.",
    "pass_not_current": "Mã này không còn dùng nữa. Hãy in mã đang dùng.",
    "database_busy": "Cơ sở dữ liệu đang bận. Hãy thử lại sau.",
    "server_fault": "Máy chủ gặp lỗi. Hãy thử lại sau.",
    "damaged": "Có tệp bị hỏng. Hãy khôi phục từ bản sao lưu.",
    "lost_key_is_active": "Khóa bị lộ vẫn đang ký. Hãy thu hồi khóa đó và kích hoạt khóa khác.",
}


def sentence(error: CheckpointError) -> str:
    """Return what an error says, in the language of the page."""
    if language() == "en":
        return error.message
    known = VIETNAMESE.get(error.code)
    return known.format(**error.evidence) if known else f"Không thực hiện được ({error.code})."
