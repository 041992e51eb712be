"""The words on paper, in both languages.

They stand here and not in the pages' catalogue, because paper is also made by a command and in the background, where
no request says the language.
"""

from __future__ import annotations

from typing import NamedTuple


class PaperWords(NamedTuple):
    """The words of one language; ``steps`` say how the paper is used, ``later_…`` what a new pass does to it."""

    title: str
    card_title: str
    domestic: str
    travel: str
    birth: str
    doses: str
    vaccine: str
    last_dose: str
    valid_until: str
    issued: str
    number: str
    steps_title: str
    steps: tuple[str, ...]
    fold: str
    later_kept: str
    later_ended: str
    card_steps: tuple[str, ...]


VIETNAMESE = PaperWords(
    title="Giấy xác nhận tiêm chủng",
    card_title="Thẻ tiêm chủng",
    domestic="Dùng trong nước",
    travel="Đi lại quốc tế",
    birth="Ngày sinh",
    doses="Mũi tiêm",
    vaccine="Vắc xin",
    last_dose="Mũi gần nhất",
    valid_until="Dùng đến",
    issued="Cấp ngày",
    number="Số thẻ",
    steps_title="Cách dùng",
    steps=(
        "Đưa mã này và giấy tờ tùy thân cho trạm kiểm soát. Giấy có giá trị như mã trên điện thoại.",
        "Giữ mã phẳng, sạch và khô. Không gấp qua mã: gấp theo hai đường đứt.",
        "Đừng đăng mã này lên mạng, và đừng cho người khác mượn: trạm đối chiếu với giấy tờ.",
        "Thông tin sai? Mất giấy? Đến trạm y tế: in lại không mất gì.",
    ),
    fold="gấp",
    later_kept="Khi có thẻ mới, thẻ này vẫn dùng được đến {until}.",
    later_ended="Dùng đến {until}. Khi có thẻ mới, thẻ này không còn dùng được.",
    card_steps=("In ở cỡ thật (100%).", "Cắt theo đường viền.", "Gấp đôi ở đường đứt.", "Ép nhựa. Mỗi mặt có một mã."),
)
ENGLISH = PaperWords(
    title="Vaccination pass",
    card_title="Vaccination card",
    domestic="For use in Viet Nam",
    travel="For travel abroad",
    birth="Born",
    doses="Doses",
    vaccine="Vaccine",
    last_dose="Last dose",
    valid_until="Valid until",
    issued="Issued",
    number="Number",
    steps_title="How to use it",
    steps=(
        "Show this code and your ID at the checkpoint. Paper counts as much as a phone.",
        "Keep the code flat, clean and dry. Never fold through it: fold along the two broken lines.",
        "Do not post the code, and do not lend it: the checkpoint compares it with the ID.",
        "Something is wrong, or the paper is lost? Any health station prints it again.",
    ),
    fold="fold",
    later_kept="When you get a new card, this one stays valid until {until}.",
    later_ended="Valid until {until}. When you get a new card, this one no longer counts.",
    card_steps=("Print at 100%.", "Cut along the edge.", "Fold at the broken line.", "Laminate. Each side has a code."),
)


def words(language: str) -> PaperWords:
    """Return the words of ``vi`` or ``en``; any other language reads Vietnamese."""
    return ENGLISH if language == "en" else VIETNAMESE
