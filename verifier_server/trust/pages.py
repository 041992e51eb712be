"""`/channel/`: the trust channel for scanners, public and read-only, made for caches.

A file whose name has its version or its hash never changes, and a cache may keep it for ever.
`timestamp.json` changes: a cache asks each time, and mostly hears 304. A file that is not there is
a short 404, never kept: scanners ask for the next root at every update, and one day it is there.
"""

from __future__ import annotations

import hashlib
import re
from functools import partial
from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from verifier_server.trust.published import PublishedFolder
from verifier_server.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable

pages = Blueprint("trust", __name__, url_prefix="/channel")

A_YEAR = 365 * 86_400
_NEVER_CHANGES = re.compile(r"metadata/[0-9]+\.[^/]+\.json|targets/(?:.+/)?[0-9a-f]{64}\.[^/]+")
_KINDS = {".json": "application/json", ".bin": "application/octet-stream", ".zip": "application/zip"}


@pages.get("/<path:path>")
def file(path: str) -> Response:
    """Return one published file, 304 to one who has it, or 404."""
    return _answer(path, partial(_published().read, path))


@pages.get("/bundle.zip")
def bundle() -> Response:
    """Return the newest release as one file, for a stick or a slow line."""
    answer = _answer("bundle.zip", _published().bundle)
    answer.headers["Content-Disposition"] = 'attachment; filename="bundle.zip"'
    return answer


def _published() -> PublishedFolder:
    return PublishedFolder(services().config.published_channel)


def _answer(path: str, read: Callable[[], bytes | None]) -> Response:
    body = read()
    if body is None:
        return _missing()
    kind = _KINDS.get(path[path.rfind(".") :], "application/octet-stream")
    answer = Response(body, mimetype=kind)
    answer.set_etag(hashlib.sha256(body).hexdigest())
    answer.cache_control.public = True
    if _NEVER_CHANGES.fullmatch(path):
        answer.cache_control.max_age = A_YEAR
        answer.cache_control.immutable = True
    else:
        answer.cache_control.no_cache = True
    return answer.make_conditional(request)


def _missing() -> Response:
    return Response("not published\n", status=404, mimetype="text/plain", headers={"Cache-Control": "no-store"})
