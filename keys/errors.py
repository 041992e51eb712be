"""The one error of this package.

Every expected failure of ``keys`` is a ``KeysError``: one sentence for people
(what is wrong, where, what to do) and a stable code for programs. It never
carries key material or passphrases, and foreign exceptions that might quote
them are not chained to it.
"""

from __future__ import annotations

from vaccine_pass.errors import CheckpointError


class KeysError(CheckpointError):
    """Something about keys was refused or failed."""

    code = "keys_error"
