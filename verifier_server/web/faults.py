"""Errors as clean pages: what happened and what to do, in the reader's language, never a traceback."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import current_app, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from vaccine_pass.errors import CheckpointError
from verifier_server.web.sentences import sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from werkzeug.wrappers import Response

_LOG = logging.getLogger(__name__)
_Answer = tuple[str, int]
_ELSEWHERE = "checkpoint-faults-elsewhere"


def register(app: Flask) -> None:
    """Answer every kind of error with a page."""
    app.register_error_handler(CSRFError, _unless_elsewhere(_stale_form))
    app.register_error_handler(CheckpointError, _unless_elsewhere(_refused))
    app.register_error_handler(OperationalError, _unless_elsewhere(_database_away))
    app.register_error_handler(HTTPException, _unless_elsewhere(_http))
    app.register_error_handler(Exception, _unless_elsewhere(_unexpected))


def leave(app: Flask, prefix: str, answer: Callable[[Exception], Response]) -> None:
    """Let somebody else answer every error of the addresses that begin like this: programs read no pages."""
    app.extensions.setdefault(_ELSEWHERE, {})[prefix] = answer


def _unless_elsewhere(page: Callable[..., _Answer]) -> Callable[[Exception], _Answer | Response]:
    def answered(error: Exception) -> _Answer | Response:
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


def _database_away(error: OperationalError) -> _Answer:
    _LOG.error("database unavailable", extra={"fault": type(error.orig).__name__})
    return _page(503, _("Cơ sở dữ liệu đang bận."), _("Hãy thử lại sau ít phút. Chưa có gì được lưu."))


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
