"""What pages say about people: papers, reasons of a score, grounds of an erasure, what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext as _

from vaccine_pass.dates import PartialDate
from verifier_server.people.scoring import Reason
from verifier_server.units.provinces import province_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def papers() -> dict[str, str]:
    """The kinds of papers by name."""
    return {
        "cccd": _("CCCD"),
        "cmnd": _("CMND"),
        "passport": _("Hộ chiếu"),
        "birth_certificate": _("Giấy khai sinh"),
    }


def grounds() -> dict[str, str]:
    """Why a person is erased."""
    return {
        "request": _("Người này yêu cầu"),
        "authority": _("Cơ quan có thẩm quyền yêu cầu"),
        "mistake": _("Nhập nhầm, không có người này"),
    }


def reason(one: Reason | str) -> str:
    """Why a score is what it is."""
    said = {
        Reason.SAME_NUMBER: _("cùng số giấy tờ"),
        Reason.FORMER_NUMBER: _("số giấy tờ cũ của người kia"),
        Reason.SIMILAR_NUMBER: _("số giấy tờ gần giống: một chữ số, hoặc số 0 ở đầu"),
        Reason.OTHER_NUMBER: _("khác số, cùng loại giấy tờ"),
        Reason.OTHER_PAPER: _("khác loại giấy tờ"),
        Reason.SAME_NAME: _("cùng họ tên"),
        Reason.SAME_NAME_WITHOUT_MARKS: _("cùng họ tên, khác dấu"),
        Reason.SIMILAR_NAME: _("họ tên gần giống"),
        Reason.OTHER_NAME: _("khác họ tên"),
        Reason.SAME_BIRTH: _("cùng ngày sinh"),
        Reason.BIRTH_FITS: _("ngày sinh khớp phần đã biết"),
        Reason.BIRTH_SWAPPED: _("ngày và tháng sinh đổi chỗ"),
        Reason.OTHER_BIRTH: _("khác năm sinh"),
        Reason.SAME_PHONE: _("cùng điện thoại"),
        Reason.OTHER_PHONE: _("khác điện thoại"),
        Reason.OTHER_SEX: _("khác giới tính"),
    }
    return said.get(Reason(one), str(one))


def ways() -> dict[str, str]:
    """How a person answered."""
    return {"paper": _("trên giấy"), "spoken": _("bằng lời"), "online": _("trên mạng")}


def labels() -> dict[str, str]:
    """What the audit's fields of a person are called."""
    return {
        "name": _("Họ và tên"),
        "birth": _("Ngày sinh"),
        "sex": _("Giới tính"),
        "phone": _("Điện thoại"),
        "id_number": _("Số giấy tờ"),
        "unit": _("Nơi ở"),
    }


def shown(field: str, value: Any) -> str:
    """Return a value of the audit as a page shows it."""
    if value in (None, ""):
        return "–"
    if field == "birth":
        return PartialDate.from_number(int(value)).display
    if field == "sex":
        return {"female": _("Nữ"), "male": _("Nam")}.get(str(value), _("Khác"))
    if field == "unit":
        version, _colon, code = str(value).partition(":")
        return province_name(code, int(version))
    return str(value)


def changes(details: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (label, before, after) of a correction; of an entry, what was entered."""
    before, after = details.get("before", {}), details.get("after", details)
    names = labels()
    return [(names[one], shown(one, before.get(one)), shown(one, after.get(one))) for one in names if one in after]
