"""The kinds of trust data: which role signs each, which files it has, and what is too large.

The names are the trust channel's (docs/adr/0012). Leaves out what the files mean (`keys.client.load`).
"""

from __future__ import annotations

import re

ROOT, TIMESTAMP, SNAPSHOT, TARGETS = "root", "timestamp", "snapshot", "targets"
KEYS, REVOCATION, UNREVOCATION = "keys", "revocation", "unrevocation"
SIGNERS_FILE = "keys/signers.json"
VACCINES_FILE = "vaccines/table.json"
REVOCATION_BASE, REVOCATION_DELTA = "revocation/base.bin", "revocation/delta.bin"
REVOCATION_FOREIGN = "revocation/foreign.bin"
UNREVOCATION_FILE = "unrevocation/list.json"
APPROVED_FILE, ISSUED_FILE = "unrevocation/approved.bin", "unrevocation/issued.json"

NEEDED = {SIGNERS_FILE: KEYS, VACCINES_FILE: TARGETS}
"""Without these no pass can be judged."""
ONLINE = frozenset({TIMESTAMP, SNAPSHOT, REVOCATION})
"""Roles whose keys lie on a server: nothing they say of the time moves the floor."""

MOST_TARGET_BYTES = 32 * 1024 * 1024
"""A national list with a million revoked serials is about 1 MB."""
MOST_TARGETS = 500
MOST_UPDATE_BYTES = 256 * 1024 * 1024
MOST_UPDATE_SECONDS = 600.0

_RULES = re.compile(r"rules-([0-9]{2})")
_SAFE_PATH = re.compile(r"[A-Za-z0-9_%-][A-Za-z0-9._%-]*(/[A-Za-z0-9_%-][A-Za-z0-9._%-]*){0,7}")


def file_of(role: str) -> str | None:
    """The file that a delegated role is there for; None for a role that is not known here."""
    if match := _RULES.fullmatch(role):
        return f"rules/{match[1]}/rules.json"
    return {KEYS: SIGNERS_FILE, REVOCATION: REVOCATION_BASE, UNREVOCATION: UNREVOCATION_FILE}.get(role)


def kind_of(role: str) -> str | None:
    """The kind of data whose age a role's signature tells; None for root, snapshot and timestamp."""
    if _RULES.fullmatch(role):
        return "rules"
    return {TARGETS: "vaccines", KEYS: KEYS, REVOCATION: REVOCATION, UNREVOCATION: UNREVOCATION}.get(role)


def is_safe_path(path: str) -> bool:
    """True for a relative path of plain names: no way out of a folder, nothing a file system may read otherwise."""
    return len(path) <= 255 and _SAFE_PATH.fullmatch(path) is not None
