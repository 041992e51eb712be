"""Receiving a large file: only on one page, only from whoever may import, and never in memory.

Every other page takes 64 KB. The limit is lifted before the form is read, for an account that has the
permission and has shown both factors; a stranger's upload ends at the small limit. While it arrives, the
file lies in the instance folder without a name: when the server is killed, nothing of it is left.
"""

from __future__ import annotations

import tempfile
from typing import IO, TYPE_CHECKING

from flask import Request, current_app, request

from verifier_server.imports.files import Files
from verifier_server.staff.guard import may
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import services

if TYPE_CHECKING:
    from flask import Flask

ENDPOINT = "imports.upload"
_FORM_AROUND = 16 * 1024
_BUFFERS = 256 * 1024


class UploadingRequest(Request):
    """A request whose file goes to the instance folder."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.endpoint == ENDPOINT and current_app:
            return tempfile.TemporaryFile("rb+", dir=Files(services().config.instance).made())
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)


def register(app: Flask) -> None:
    """Lift the limit where it is to be lifted; called before the check of forms is registered."""
    app.request_class = UploadingRequest
    app.before_request(_lift)


def most_bytes() -> int:
    """Return how large a file may be."""
    return services().config.settings.import_megabytes << 20


def _lift() -> None:
    if request.endpoint == ENDPOINT and request.method == "POST" and may(Permission.IMPORTS_RUN):
        request.max_content_length = most_bytes() + _FORM_AROUND
        # Werkzeug holds its buffer of 64 KB, and what is left of the one before, against this limit too.
        request.max_form_memory_size = _BUFFERS
