"""The issuing side: the register of people and doses, and the passes signed from it.

One folder is one part of the story, with its tables, its rules (plain functions) and its pages:
people, doses, passes, sites, staff, trust, bulk. `create_app` puts them together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

__all__ = ["create_app"]


def create_app(*arguments: Any, **options: Any) -> Flask:
    """Return the web application: :func:`verifier_server.app.create_app`.

    Loaded when it is called, so that the command line can say which packages are missing.
    """
    from verifier_server import app  # noqa: PLC0415  loads Flask

    return app.create_app(*arguments, **options)
