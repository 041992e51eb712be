"""Structured logs: one JSON object a line, with no name, number, phone, text or key in it.

Only messages that this program wrote itself and named extra fields are logged; a traceback is
reduced to file, line and function of each frame, because exception texts of libraries quote the
values they choked on.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

_EXTRAS = ("fault", "method", "endpoint", "status", "milliseconds", "count", "row")


class JsonLines(logging.Formatter):
    """One record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage() if record.name.startswith("verifier_server") else record.msg,
        }
        line.update({name: getattr(record, name) for name in _EXTRAS if hasattr(record, name)})
        if record.exc_info and record.exc_info[1]:
            line["error"] = type(record.exc_info[1]).__name__
            line["frames"] = [
                f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, default=str, ensure_ascii=True)


def set_up_logs() -> None:
    """Send every log of this process to standard error in that form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for library in ("werkzeug", "weasyprint"):
        logging.getLogger(library).setLevel(logging.WARNING)
