"""Trust data from a file or a folder of this device: size bounded, every fault one sentence.

Left out: the update channel, and the age rules (`vaccine_pass.verify`).
"""

from __future__ import annotations

from pathlib import Path

from keys.client.clock import DeviceClock
from keys.client.policy import CLOCK_ERROR
from scanner_app.errors import TrustFileError
from vaccine_pass import trust
from vaccine_pass.errors import CheckpointError
from vaccine_pass.trust import TrustData
from vaccine_pass.verify import Verifier

FILE_NAME = "trust.json"
INSTALLED = Path("instance") / "scanner"
"""Where trust data is installed, relative to the folder that the scanner is started in."""
MOST_BYTES = 64 * 1024 * 1024
"""A national list with a million revoked serials is about 12 MB of JSON."""
NO_TRUST = TrustData(signers=())
"""What a device has before any trust data reached it: nothing can be told with it."""


def load_trust(path: Path) -> TrustData:
    """The trust data at `path`: a file, or a folder that holds `trust.json`.

    Raises `TrustFileError` naming the file and what is wrong with it.
    """
    file = path / FILE_NAME if path.is_dir() else path
    try:
        return trust.loads(_read(file))
    except TrustFileError:
        raise
    except CheckpointError as error:
        raise TrustFileError(f"{file}: {error.message}") from error


def chosen_trust(path: Path | None) -> TrustData | None:
    """The trust data at `path`, or without one the installed; None when none was installed yet."""
    if path is not None:
        return load_trust(path)
    return load_trust(INSTALLED) if (INSTALLED / FILE_NAME).exists() else None


def verifier_for(data: TrustData | None, clock: DeviceClock | None = None) -> Verifier:
    """The verifier for `data`; without data every verdict of it is "cannot tell: no trust".

    Args:
        clock: the device's clock, which may be wrong, when passes are judged by it; None: the times are exact.
    """
    try:
        if clock is None:
            return Verifier(data or NO_TRUST)
        return Verifier(data or NO_TRUST, clock_error=CLOCK_ERROR, is_behind=clock.is_behind)
    except CheckpointError as error:
        raise TrustFileError(f"the trust data cannot be used: {error.message}") from error


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise TrustFileError(f"the trust file {file} cannot be read: {reason}", code="no_trust_file") from error
    if len(content) > MOST_BYTES:
        raise TrustFileError(f"{file} is larger than {MOST_BYTES} bytes: it is no trust file")
    return content
