"""What can go wrong around the scanner, each with one sentence for the person in front of it.

Wrong passes are not errors: they are verdicts (`vaccine_pass.verdict`).
"""

from __future__ import annotations

from vaccine_pass.errors import CheckpointError


class ScannerError(CheckpointError):
    """The root of everything this application raises."""


class WrongCall(ScannerError):
    """The command line asks for something that cannot be done: exit code 2."""

    code = "wrong_call"


class CameraError(ScannerError):
    """The source gives no frames: missing, busy, unplugged, or not a video at all."""

    code = "camera_fault"


class TrustFileError(ScannerError):
    """The trust file is not there, not readable, or not trust data."""

    code = "bad_trust_file"
