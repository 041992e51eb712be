"""What the next list of signers may not say: a key that has left comes back, or one is dropped by oversight.

Both come from a key folder that is not the newest: restored from last week's copy it would let scanners trust
a revoked key again; made anew it would let them forget every key and refuse honest people. So each release
keeps, beside what is public, the ids of all keys that have ever left the list, and the key folder must know
each key that is trusted now. Leaves out which change of a key's status is allowed (``keys.lifecycle``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from keys.channel import documents
from keys.entry import SignerEntry
from keys.errors import KeysError
from keys.files import read_public

if TYPE_CHECKING:
    from keys.channel.release import Release

DEPARTED_FILE = "departed.json"
_FORMAT = "checkpoint-departed-keys/1"


def departed(release: Release) -> frozenset[bytes]:
    """The ids of the keys that have left the list of signers for ever, up to this release."""
    file = release.folder / DEPARTED_FILE
    if not file.exists():  # a release from before they were kept
        return frozenset()
    try:
        return frozenset(bytes.fromhex(kid) for kid in json.loads(read_public(file))[_FORMAT])
    except (ValueError, KeyError, TypeError) as error:
        raise KeysError(f"{file} is damaged; restore it from a backup.", code="damaged") from error


def departed_after(before: Release | None, after: Release) -> bytes:
    """``departed.json`` of the release ``after``, whose public files are there."""
    gone = departed(before) | (_trusted(before) - _trusted(after)) if before else frozenset()
    return (json.dumps({_FORMAT: sorted(kid.hex() for kid in gone)}) + "\n").encode("ascii")


def refuse_if_back(release: Release | None, files: Mapping[str, bytes]) -> None:
    """KeysError when the signers in ``files`` have one that has left the list before."""
    data = files.get(documents.SIGNERS)
    back = documents.kids(data) & departed(release) if data and release else frozenset()
    if back:
        raise KeysError(
            f"the key {min(back).hex()} was revoked or has left the list of signers for ever, and would be trusted "
            "again; the key folder is not the newest: restore the newest copy of it.",
            code="key_comes_back",
        )


def refuse_unless_known(release: Release, entries: Iterable[SignerEntry]) -> None:
    """KeysError when the key folder does not know a key that scanners trust: all its passes would turn red."""
    unknown = _trusted(release) - {entry.kid for entry in entries}
    if unknown:
        raise KeysError(
            f"the key folder does not know the key {min(unknown).hex()}, which scanners trust, and all passes of it "
            "would be refused; it is not the newest, or another channel's: restore the newest copy of it.",
            code="key_not_known",
        )


def _trusted(release: Release) -> frozenset[bytes]:
    data = release.target(documents.SIGNERS)
    return documents.kids(data) if data else frozenset()
