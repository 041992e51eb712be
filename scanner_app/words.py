"""What a reason means to a person: one table, Vietnamese and English.

Each reason has a sentence (what is wrong) and a next step (what the officer does). Words are
short and polite; the stage code under the sentence is for whoever writes a report.
"""

from __future__ import annotations

from typing import NamedTuple

LANGUAGES = ("vi", "en")


class Words(NamedTuple):
    """One thing said in both languages."""

    vi: str
    en: str

    def of(self, language: str) -> str:
        """The wording in `language` ("vi" or "en")."""
        return self.en if language == "en" else self.vi


class Advice(NamedTuple):
    """A reason in a sentence, and what to do next."""

    sentence: Words
    next_step: Words


_RESCAN = Words("Lau mã cho sạch rồi quét lại.", "Clean the code and scan it again.")
_NOT_OURS = Words("Hỏi xin mã QR trong Sổ sức khỏe điện tử.", "Ask for the QR code of the health book.")
_ISSUE_ANEW = Words("Mời đến điểm tiêm để xin cấp lại mã.", "Send the person to a vaccination site for a new code.")
_CHECK_PAPER = Words(
    "Kiểm tra giấy xác nhận tiêm và giấy tờ tùy thân.",
    "Check the paper certificate and the ID card by hand.",
)
_UPDATE = Words("Hãy cập nhật dữ liệu rồi quét lại.", "Update the trust data, then scan again.")
_SUPERVISOR = Words("Báo cho trưởng chốt.", "Tell the supervisor of the post.")

ADVICE: dict[str, Advice] = {
    "unknown_prefix": Advice(Words("Đây không phải mã tiêm chủng.", "This is not a vaccination code."), _NOT_OURS),
    "too_large": Advice(Words("Mã dài quá mức của một giấy tiêm.", "The code is far longer than a pass."), _NOT_OURS),
    "not_base45": Advice(Words("Mã bị hỏng hoặc bị sửa.", "The code is damaged or was changed."), _RESCAN),
    "not_compressed": Advice(
        Words("Mã bị hỏng khi giải nén.", "The code is damaged: it does not decompress."), _RESCAN
    ),
    "not_cose": Advice(Words("Mã không chứa giấy đã ký.", "The code holds no signed pass."), _ISSUE_ANEW),
    "not_a_pass": Advice(
        Words("Mã đã ký nhưng không phải giấy tiêm.", "Signed, but not a vaccination pass."),
        _NOT_OURS,
    ),
    "malformed_claims": Advice(
        Words("Nội dung giấy không đúng quy cách.", "The pass is not written as it must be."),
        _ISSUE_ANEW,
    ),
    "unknown_signer": Advice(
        Words("Không rõ ai đã ký giấy này.", "Signed by someone who is not on the trust list."),
        _SUPERVISOR,
    ),
    "bad_signature": Advice(
        Words("Chữ ký không đúng.", "The signature is wrong: the pass is forged or damaged."),
        _SUPERVISOR,
    ),
    "signer_not_valid_then": Advice(
        Words("Nơi ký không có quyền ký vào ngày đó.", "The signer had no right to sign on that day."),
        _SUPERVISOR,
    ),
    "signer_not_allowed": Advice(
        Words("Nơi ký không được ký loại giấy này.", "The signer may not sign this kind of pass."),
        _SUPERVISOR,
    ),
    "not_yet_valid": Advice(
        Words("Giấy chưa có hiệu lực.", "The pass is not valid yet."),
        Words(
            "Kiểm tra ngày giờ của máy, rồi xem giấy tờ.",
            "Check this device's date and time, then the papers.",
        ),
    ),
    "expired": Advice(Words("Giấy đã hết hạn.", "The pass has expired."), _ISSUE_ANEW),
    "just_expired": Advice(
        Words("Giấy vừa hết hạn, hoặc giờ của máy sai.", "The pass has just expired, or this clock is wrong."),
        Words(
            "Kiểm tra ngày giờ của máy, rồi xem giấy tờ.",
            "Check this device's date and time, then the papers.",
        ),
    ),
    "revoked": Advice(Words("Giấy đã bị thu hồi.", "The pass was revoked."), _ISSUE_ANEW),
    "newer_format": Advice(Words("Giấy theo mẫu mới hơn máy này.", "The pass is newer than this scanner."), _UPDATE),
    "unsupported_format": Advice(
        Words("Máy này chưa đọc được loại giấy này.", "This scanner cannot judge this kind yet."),
        _CHECK_PAPER,
    ),
    "trust_too_old": Advice(Words("Dữ liệu tin cậy đã quá cũ.", "The trust data is too old."), _UPDATE),
    "no_trust": Advice(Words("Máy chưa có dữ liệu tin cậy.", "This scanner has no trust data."), _UPDATE),
    "no_code": Advice(Words("Không thấy mã QR trong ảnh.", "There is no QR code in the picture."), _RESCAN),
    "unreadable_picture": Advice(
        Words("Ảnh không đọc được.", "The file is not a picture that can be read."),
        Words("Hãy gửi ảnh khác.", "Send another picture."),
    ),
    "fault": Advice(Words("Máy gặp lỗi khi xem mã này.", "The scanner failed on this code."), _CHECK_PAPER),
}
"""Advice for every code of `vaccine_pass.verdict.Reason`."""

_UNNAMED = Advice(
    Words("Máy chưa kết luận được.", "The scanner cannot tell."),
    _CHECK_PAPER,
)


def advice_for(code: str) -> Advice:
    """The advice for a reason's code; general words for one this version does not know."""
    return ADVICE.get(code, _UNNAMED)


CAMERA: dict[str, Words] = {
    "opening": Words("Đang mở máy ảnh…", "Opening the camera…"),
    "dark": Words("Hình tối đen. Kiểm tra nắp che ống kính.", "The picture is black. Is the lens covered?"),
    "stalled": Words(
        "Máy ảnh không gửi hình. Rút ra và cắm lại.",
        "The camera sends no picture. Unplug it and plug it in again.",
    ),
    "ended": Words("Đã hết hình.", "The recording has ended."),
    "camera_missing": Words(
        "Chưa thấy máy ảnh. Hãy cắm máy ảnh; máy đang thử lại.",
        "No camera found. Plug it in; trying again.",
    ),
    "camera_busy": Words(
        "Ứng dụng khác đang dùng máy ảnh. Hãy đóng ứng dụng đó; máy đang thử lại.",
        "Another program uses the camera. Close it; trying again.",
    ),
    "camera_denied": Words(
        "Máy không được phép dùng máy ảnh. Báo cho người quản trị.",
        "This user may not use the camera. Tell the administrator.",
    ),
    "camera_lost": Words(
        "Mất máy ảnh. Kiểm tra dây cắm; máy đang thử lại.",
        "The camera was lost. Check its cable; trying again.",
    ),
    "camera_fault": Words("Máy ảnh bị lỗi; máy đang thử lại.", "The camera failed; trying again."),
    "source_missing": Words(
        "Không thấy tệp hoặc thư mục hình; máy đang thử lại.",
        "The video or folder is not there; trying again.",
    ),
    "source_unreadable": Words(
        "Tệp hình không đọc được; máy đang thử lại.",
        "The video or picture cannot be read; trying again.",
    ),
}
"""What the scan screen says when there is no picture, by condition or `CameraError` code."""
