"""The one sentence of a revocation list that cannot be used."""

from __future__ import annotations

from vaccine_pass.errors import PassError

CODE = "bad_revocation_list"


def bad_list(what: str) -> PassError:
    """Return the error that says ``what`` is wrong with a list."""
    return PassError(f"The revocation list cannot be used: {what}.", code=CODE)
