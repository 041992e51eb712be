"""A root's fingerprint, to be compared by voice: what the device has pinned, and what the administrators published.

SHA-256 of the file's bytes, in hexadecimal groups of four digits. Leaves out where the file comes from.
"""

from __future__ import annotations

from hashlib import sha256

_GROUP = 4


def fingerprint(root: bytes) -> str:
    """The fingerprint of a root's file: 16 groups of four hexadecimal digits."""
    digits = sha256(root).hexdigest()
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))
