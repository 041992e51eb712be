"""One verified set of trust data on the device: its files by hash, its roles by version and date.

A set's folder is named after the hash of its manifest, so that it proves itself whole after a power cut or
a worn card. Leaves out who may sign it: a set is only made after that was verified (`keys.client.update`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from keys.client.errors import DeviceTrustError
from keys.client.kinds import MOST_UPDATE_BYTES
from keys.client.policy import RoleFacts

FORMAT = "checkpoint-device-set/1"
FILE_NAME = "manifest.json"
METADATA, TARGETS = "metadata", "targets"
_SET_NAME = re.compile(r"([0-9]{6})-([0-9a-f]{16})")


Targets = Callable[[str], bytes | None]
"""The bytes of a target by its path in the channel; None when there is none."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a set holds.

    :ivar accepted_at: the trusted time at which the device took it, Unix seconds.
    :ivar files: path inside the set → SHA-256, hexadecimal.
    """

    accepted_at: float
    roles: tuple[RoleFacts, ...]
    files: dict[str, str]

    @property
    def is_demo(self) -> bool:
        """True when any role says that one holder signs for all."""
        return any(role.demo for role in self.roles)

    def role(self, name: str) -> RoleFacts | None:
        """The facts of one role, if the set has it."""
        return next((role for role in self.roles if role.name == name), None)


def target_file(path: str) -> str:
    """Where a target of a plain name (`kinds.is_safe_path`) stands inside a set: its whole path in one name."""
    name = path.replace("%", "%25").replace("/", "%2F")
    return f"{TARGETS}/{name}"


def targets_in(folder: Path) -> Targets:
    """The targets of a set in a folder by their paths; None for one that it does not hold."""

    def read(path: str) -> bytes | None:
        try:
            return (folder / target_file(path)).read_bytes()
        except FileNotFoundError:
            return None

    return read


def to_bytes(manifest: Manifest) -> bytes:
    """The manifest as it is written; the same manifest always gives the same bytes."""
    roles = {role.name: [role.version, role.expires, role.signed_at, role.demo] for role in manifest.roles}
    document = {"format": FORMAT, "accepted_at": manifest.accepted_at, "roles": roles, "files": manifest.files}
    return json.dumps(document, indent=1, sort_keys=True).encode()


def set_name(number: int, manifest: bytes) -> str:
    """The name of the set's folder: its number, and the hash of its manifest."""
    return f"{number:06d}-{hashlib.sha256(manifest).hexdigest()[:16]}"


def number_of(name: str) -> int | None:
    """The number in a set's name; None when it is no set's name."""
    match = _SET_NAME.fullmatch(name)
    return int(match[1]) if match else None


def hash_file(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_whole(folder: Path) -> Manifest:
    """The manifest of the set in ``folder`` after every file was found whole.

    :raises DeviceTrustError: ``trust_damaged``, naming the first file that is not what it was.
    """
    try:
        raw = (folder / FILE_NAME).read_bytes()
        if set_name(number_of(folder.name) or 0, raw) != folder.name:
            raise _damaged(folder / FILE_NAME)
        manifest = _from_document(json.loads(raw))
        for path, digest in manifest.files.items():
            _check_file(folder / path, digest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder) from error
    return manifest


def _check_file(path: Path, digest: str) -> None:
    if path.stat().st_size > MOST_UPDATE_BYTES or hash_file(path) != digest:
        raise _damaged(path)


def _from_document(document: dict[str, Any]) -> Manifest:
    if document["format"] != FORMAT:
        raise ValueError(document["format"])
    roles = [
        RoleFacts(name, int(version), float(expires), None if at is None else float(at), demo is True)
        for name, (version, expires, at, demo) in document["roles"].items()
    ]
    files = {str(path): str(digest) for path, digest in document["files"].items()}
    return Manifest(float(document["accepted_at"]), tuple(roles), files)


def _damaged(path: Path) -> DeviceTrustError:
    return DeviceTrustError(f"The trust data at {path} is damaged; update it again.", code="trust_damaged")
