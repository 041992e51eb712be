"""The fixed words of the window, Vietnamese and English. Reasons are in `words`."""

from __future__ import annotations

from scanner_app.words import Words

PRESENT_CODE = Words("Đưa mã QR vào khung", "Hold the QR code in the frame")
SAME_CODE = Words("Mã này vừa quét xong. Mời người tiếp theo.", "Just scanned. Next person, please.")
CARD_QUESTION = Words("Đối chiếu giấy tờ: có khớp không?", "Look at the ID card: does it match?")
MATCH = Words("Khớp", "Match")
NO_MATCH = Words("Không khớp", "No match")
NEXT_PERSON = Words("Người tiếp theo", "Next person")
FAULT = Words(
    "Máy vừa gặp lỗi và đã tự tiếp tục. Hãy quét lại.",
    "Something went wrong and the scanner went on. Please scan again.",
)
MISMATCH_NOTED = Words("Đã ghi: giấy tờ không khớp.", "Noted: the ID card does not match.")
TEST = Words("Giấy xét nghiệm", "Test certificate")
RECOVERY = Words("Giấy khỏi bệnh", "Recovery certificate")
NO_POST = Words("Chốt kiểm soát", "Checkpoint")
OTHER_LANGUAGE = Words("EN", "VI")
OLD_DATA = Words("Dữ liệu tin cậy đã cũ, hãy cập nhật.", "The trust data is old: update it.")

DAMAGED_DATA = Words(
    "Dữ liệu mới bị hỏng, máy dùng bản cũ. Hãy cập nhật lại.",
    "The new data is damaged; the old is used. Update again.",
)
ENROLMENT_CODE = Words(
    "Đây là mã ghi danh, không phải giấy tiêm. Báo trưởng chốt.",
    "This is an enrolment code, not a pass. Tell the supervisor.",
)
LOOP_CODE = Words(
    "Đây là mã cập nhật dữ liệu tin cậy, không phải giấy tiêm.",
    "This is a trust update, not a pass.",
)


def data_age(days: float | None, has_trust: bool, language: str, date: str = "", *, is_demo: bool = False) -> str:
    """The date and age of the trust data, as they stand at the top right: "Dữ liệu 30/07/2021: hôm nay".

    The date tells an officer what a wrong clock would hide from the age. A demonstration's says DEMO instead.
    """
    english = language == "en"
    name = "DEMO" if is_demo else "Data" if english else "Dữ liệu"
    if not has_trust:
        return f"{name}: none" if english else f"{name}: chưa có"
    if days is None:
        return f"{name}: undated" if english else f"{name}: không rõ ngày"
    named, whole = f"{name} {date}".strip(), max(0, int(days))
    if whole == 0:
        return f"{named}: today" if english else f"{named}: hôm nay"
    if english:
        return f"{named}: {whole} day{'s' if whole > 1 else ''}"
    return f"{named}: {whole} ngày"
