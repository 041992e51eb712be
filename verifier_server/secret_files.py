"""The server's own secrets: 32 random bytes in a file of mode 0600, made once, never a default.

``secret.key`` signs sessions and forms; ``serials.key`` permutes serial numbers and must be kept
as long as its passes are valid. Signing keys are the business of ``keys``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from keys.files import make_private_folder, read_private, write_whole
from keys.secret import Secret
from vaccine_pass.errors import CheckpointError
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from pathlib import Path

SECRET_BYTES = 32


def make_secret(path: Path) -> bool:
    """Make a secret file unless there is one; returns whether it was made."""
    if path.exists():
        return False
    make_private_folder(path.parent)
    write_whole(path, os.urandom(SECRET_BYTES))
    return True


def read_secret(path: Path) -> Secret:
    """Read a secret file.

    :raises ServerError: it is missing, open to others or has not 32 bytes.
    """
    if not path.exists():
        raise ServerError(f"There is no secret {path}: run `checkpoint-server init-db` first.", code="no_secret")
    try:
        secret = Secret(read_private(path))
    except CheckpointError as problem:
        raise ServerError(problem.message, code=problem.code) from problem
    if len(secret.unsafe_reveal()) != SECRET_BYTES:
        raise ServerError(f"The secret {path} is damaged: it must have {SECRET_BYTES} bytes.", code="bad_secret")
    return secret
