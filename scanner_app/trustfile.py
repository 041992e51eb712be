"""Trust data from a file or a folder of this device: size bounded, every fault one sentence.

Left out: the update channel, and the age rules (`vaccine_pass.trust` and `verify`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scanner_app.errors import TrustFileError
from vaccine_pass.errors import CheckpointError
from vaccine_pass.trust import TrustData, from_document

FILE_NAME = "trust.json"
INSTALLED = Path("instance") / "scanner"
"""Where trust data is installed, relative to the folder that the scanner is started in."""
MOST_BYTES = 64 * 1024 * 1024
"""A national list with a million revoked serials as JSON is about 12 MB."""


def load_trust(path: Path) -> TrustData:
    """The trust data at `path`: a file, or a folder that holds `trust.json`.

    Raises `TrustFileError` naming the file and what is wrong with it.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        return from_document(_parse(_read(file), file))
    except TrustFileError:
        raise
    except CheckpointError as error:
        raise TrustFileError(f"{file} is not usable trust data: {error.message}") from error


def installed_trust(folder: Path = INSTALLED) -> TrustData | None:
    """The trust data installed on this device, or None when none was installed yet."""
    return load_trust(folder) if (folder / FILE_NAME).exists() else None


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise TrustFileError(
            f"the trust file {file} cannot be read: {error.strerror}", code="no_trust_file"
        ) from error
    if len(content) > MOST_BYTES:
        raise TrustFileError(f"{file} is larger than {MOST_BYTES} bytes: not a trust file")
    return content


def _parse(content: bytes, file: Path) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise TrustFileError(f"{file} is not JSON: copy it again from its source") from error
