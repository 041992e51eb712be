"""A log line for each request: which page, how it ended and how long it took.

The page is named by its endpoint, never by its address: an address holds record numbers, and a
search holds a name.
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from flask import g, request

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

_LOG = logging.getLogger(__name__)
_SILENT = {"static", "health.healthz"}


def register(app: Flask) -> None:
    """Log every request of a page."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    if request.endpoint not in _SILENT:
        took = (time.perf_counter() - g.get("begun", time.perf_counter())) * 1000
        _LOG.info(
            "request",
            extra={
                "method": request.method,
                "endpoint": request.endpoint or "none",
                "status": response.status_code,
                "milliseconds": round(took, 1),
            },
        )
    return response
