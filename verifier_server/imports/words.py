"""What imports are called on the pages: states, findings, outcomes, columns, and the reasons of a match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from verifier_server.errors import FieldError
from verifier_server.imports import tables as t
from verifier_server.people.scoring import WEIGHTS, Reason
from verifier_server.web.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Sequence

STATES = {
    t.CHECKING: _("Đang kiểm tra"),
    t.CHECKED: _("Đã kiểm tra, chưa nhập"),
    t.IMPORTING: _("Đang nhập"),
    t.IMPORTED: _("Đã nhập"),
    t.UNDOING: _("Đang hoàn tác"),
    t.UNDONE: _("Đã hoàn tác"),
    t.FAILED: _("Không đọc được"),
    t.DISCARDED: _("Đã bỏ"),
}
FINDINGS = {
    t.NEW: _("Người mới"),
    t.DOSE: _("Mũi mới của người đã có"),
    t.KNOWN: _("Đã có đủ trong sổ"),
    t.DOUBTFUL: _("Cần cán bộ xem"),
    t.REFUSED: _("Sai, không nhập"),
}
OUTCOMES = {
    t.ENTERED: _("Đã nhập vào sổ"),
    t.KNOWN: _("Đã có đủ trong sổ"),
    t.WAITING: _("Đang chờ cán bộ xem"),
    t.REJECTED: _("Cán bộ đã bỏ"),
    t.REFUSED: _("Sai, không nhập"),
    t.UNDONE: _("Đã hoàn tác"),
    t.REMOVED: _("Đã hoàn tác, xóa cả người"),
    t.KEPT: _("Giữ lại: có người đã sửa sau đó"),
}
COLUMNS = {
    "full_name": _("Họ và tên"),
    "dob": _("Ngày sinh"),
    "gender": _("Giới tính"),
    "phone": _("Số điện thoại"),
    "id_number": _("Số giấy tờ"),
    "id_kind": _("Loại giấy tờ"),
    "id_country": _("Nước cấp"),
    "vaccine": _("Vắc xin"),
    "dose_number": _("Mũi số"),
    "series": _("Tổng số mũi"),
    "dose_date": _("Ngày tiêm"),
    "lot": _("Số lô"),
    "site": _("Điểm tiêm"),
    "vaccinator": _("Người tiêm"),
}
REASONS = {
    Reason.SAME_NUMBER: _("cùng số giấy tờ"),
    Reason.FORMER_NUMBER: _("cùng một số giấy tờ cũ"),
    Reason.SIMILAR_NUMBER: _("số giấy tờ gần giống: một chữ số, hoặc số 0 ở đầu"),
    Reason.OTHER_NUMBER: _("số giấy tờ khác"),
    Reason.OTHER_PAPER: _("loại giấy tờ khác"),
    Reason.SAME_NAME: _("cùng tên"),
    Reason.SAME_NAME_WITHOUT_MARKS: _("cùng tên khi bỏ dấu"),
    Reason.SIMILAR_NAME: _("tên gần giống"),
    Reason.OTHER_NAME: _("tên khác"),
    Reason.SAME_BIRTH: _("cùng ngày sinh"),
    Reason.BIRTH_FITS: _("ngày sinh không trái nhau"),
    Reason.BIRTH_SWAPPED: _("ngày và tháng sinh đảo nhau"),
    Reason.OTHER_BIRTH: _("năm sinh khác"),
    Reason.SAME_PHONE: _("cùng điện thoại"),
    Reason.OTHER_PHONE: _("điện thoại khác"),
    Reason.OTHER_SEX: _("giới tính khác"),
}


def speaks_for(reason: Reason) -> bool:
    """Whether a reason says that two records are one person, rather than two."""
    return WEIGHTS[reason] > 0


def faults_said(faults: Sequence[Sequence[Any]] | None) -> list[tuple[str, str]]:
    """Return (column, sentence) of everything that is wrong with a row, in the language of the page."""
    return [(column_said(column), _said(column, *more)) for column, *more in faults or ()]


def problem_said(problem: Sequence[Any]) -> str:
    """Return what is wrong with a whole file, in the language of the page."""
    return _said("file", *problem)


def column_said(column: str) -> str:
    """Return what a column is called; the whole row where there is none."""
    return str(COLUMNS.get(column, column)) if column else gettext("Cả dòng")


def _said(column: str, code: str, message: str, evidence: dict[str, Any]) -> str:
    return sentence(FieldError(column, message, code=code, **evidence))
