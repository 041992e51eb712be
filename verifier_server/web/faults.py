"""Errors as clean pages: what happened and what to do, in the reader's language, never a traceback."""

from __future__ import annotations

import errno
import logging
from typing import TYPE_CHECKING

from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from vaccine_pass.errors import CheckpointError
from verifier_server.web.languages import language
from verifier_server.web.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response

_LOG = logging.getLogger(__name__)
_Answer = tuple[str, int]
_Away = tuple[str, int, dict[str, str]]
_FULL = {errno.ENOSPC, errno.EDQUOT}
BUSY, LOST, FULL = "database_busy", "connection_lost", "storage_full"
_ELSEWHERE = "checkpoint-faults-elsewhere"


def register(app: Flask) -> None:
    """Answer every kind of error with a page."""
    app.register_error_handler(CSRFError, _unless_elsewhere(_stale_form))
    app.register_error_handler(CheckpointError, _unless_elsewhere(_refused))
    app.register_error_handler(DBAPIError, _unless_elsewhere(_storage_away))
    app.register_error_handler(OSError, _unless_elsewhere(_storage_away))
    app.register_error_handler(HTTPException, _unless_elsewhere(_http))
    app.register_error_handler(Exception, _unless_elsewhere(_unexpected))


def leave(app: Flask, prefix: str, answer: Callable[[Exception], Response]) -> None:
    """Let somebody else answer every error of the addresses that begin like this: programs read no pages."""
    app.extensions.setdefault(_ELSEWHERE, {})[prefix] = answer


def _unless_elsewhere(page: Callable[..., _Answer | _Away]) -> Callable[[Exception], _Answer | _Away | Response]:
    def answered(error: Exception) -> _Answer | _Away | Response:
        for prefix, answer in current_app.extensions.get(_ELSEWHERE, {}).items():
            if request.path.startswith(prefix):
                said: Response = answer(error)
                return said
        return page(error)

    return answered


def _stale_form(_error: CSRFError) -> _Answer:
    return _page(
        400, _("Biểu mẫu này đã quá hạn."), _("Hãy quay lại, tải lại trang và gửi lần nữa. Chưa có gì được lưu.")
    )


def _refused(error: CheckpointError) -> _Answer:
    return _page(409, _("Không thực hiện được."), sentence(error))


def fault_of(error: Exception) -> str | None:
    """Return which fault of the database or the disk this is, and log it; None: it is neither of them."""
    fault = _fault_of(error)
    if fault is not None:
        _LOG.error("storage unavailable: %s", fault, extra={"fault": type(getattr(error, "orig", error)).__name__})
    return fault


def _fault_of(error: Exception) -> str | None:
    if isinstance(error, OSError):
        return FULL if error.errno in _FULL else None
    if not isinstance(error, DBAPIError):
        return None
    if not (isinstance(error, (OperationalError, InterfaceError)) or error.connection_invalidated):
        return None
    if _is_full(error):
        return FULL
    return LOST if error.connection_invalidated else BUSY


def _storage_away(error: DBAPIError | OSError) -> _Away | _Answer:
    fault = fault_of(error)
    if fault is None:
        return _unexpected(error)
    if fault == FULL:
        return _away(_("Máy chủ hết chỗ lưu."), _("Hãy báo người quản trị máy chủ. Chưa có gì được lưu."))
    if fault == LOST:
        # Lost while a transaction was being committed, nobody knows how it ended; the form's token makes it safe.
        return _away(
            _("Mất kết nối với cơ sở dữ liệu."),
            _("Hãy quay lại và gửi lần nữa sau ít phút. Nếu lần trước đã được lưu, sẽ không lưu thêm lần hai."),
        )
    return _away(_("Cơ sở dữ liệu đang bận."), _("Hãy thử lại sau ít phút. Chưa có gì được lưu."))


def _is_full(error: DBAPIError) -> bool:
    # SQLite's SQLITE_FULL; PostgreSQL's class 53, insufficient resources, of which 53100 is a full disk.
    code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return code in {"53100", "SQLITE_FULL"}


def _away(title: str, advice: str) -> _Away:
    # Rendered without Flask's context processors: they would ask the database who is logged in.
    page = current_app.jinja_env.get_template("away.html").render(title=title, advice=advice, language=language())
    return page, 503, {"Retry-After": "60"}


def _http(error: HTTPException) -> _Answer:
    known = {
        403: (_("Tài khoản này không được làm việc này."), _("Hãy hỏi người quản trị.")),
        404: (_("Không có trang này."), _("Đường dẫn sai hoặc hồ sơ không còn.")),
        405: (_("Không thể mở trang này bằng cách này."), _("Hãy quay lại và dùng nút trên trang.")),
        413: (_("Nội dung gửi lên quá lớn."), _("Hãy gửi ít hơn.")),
        429: (_("Quá nhiều lần thử."), _("Hãy chờ vài phút rồi thử lại.")),
    }
    number = error.code or 500
    title, advice = known.get(number, (_("Yêu cầu không hợp lệ."), _("Hãy quay lại và thử lại.")))
    return _page(number, title, advice)


def _unexpected(error: Exception) -> _Answer:
    # The traceback goes to the log without local variables: no personal value is in it.
    _LOG.error("unexpected %s", type(error).__name__, exc_info=error)
    return _page(500, _("Máy chủ gặp lỗi."), _("Lỗi đã được ghi lại. Hãy thử lại sau."))


def _page(number: int, title: str, advice: str) -> _Answer:
    return render_template("fault.html", number=number, title=title, advice=advice, path=request.path), number
