"""Addresses of the files of the look: with a digest, so that browsers keep them until they change."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from flask import current_app, url_for

if TYPE_CHECKING:
    from flask import Flask


def register(app: Flask) -> None:
    """Give the templates `asset`."""
    app.add_template_global(asset)


def asset(name: str) -> str:
    """Return the address of a file in `static`."""
    return url_for("static", filename=name, v=_digest(Path(str(current_app.static_folder)) / name))


@lru_cache(maxsize=64)
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
