"""Other issuers' revoked certificates: the next list, from what is published and the lines of text files.

A line is a certificate identifier (``URN:UVCI:…``), or its hash as 16 hexadecimal digits; an empty line and one
that begins with ``#`` say nothing. The list is the online key's: others revoke every day. Pure but for reading.
Leaves out publishing it (``refresh``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from keys.channel.documents import REVOCATION_FOREIGN
from keys.client.manifest import Targets
from keys.errors import KeysError
from keys.files import read_public
from vaccine_pass.revocation import foreign
from vaccine_pass.trust import certificate_hash

_HASH = re.compile(r"[0-9a-fA-F]{16}")
_LONGEST = 80  # HCERT: a certificate identifier has at most 72 characters, and "URN:UVCI:" before it
_LAST_SEQUENCE = (1 << 32) - 1


@dataclass(frozen=True)
class NextList:
    """The next list: its bytes, and how many hashes it has, has more and has fewer than the one that is out.

    :ivar data: None when it would say nothing new.
    """

    data: bytes | None
    count: int
    added: int
    removed: int


def next_list(published: Targets, add: Iterable[Path], remove: Iterable[Path], now: int) -> NextList:
    """The list that follows the published one; KeysError names the file and line that cannot be read."""
    data = published(REVOCATION_FOREIGN)
    held = foreign.decode(data) if data else None
    before = frozenset(held or ())
    after = (before | {each for path in add for each in hashes_in(path)}) - {
        each for path in remove for each in hashes_in(path)
    }
    counts = (len(after), len(after - before), len(before - after))
    if after == before and held is not None:
        return NextList(None, *counts)
    if len(after) > foreign.MAX_HASHES:
        raise KeysError(
            f"the list would have {len(after)} certificates; scanners take {foreign.MAX_HASHES} at most.",
            code="too_many",
        )
    sequence = held.sequence + 1 if held else 1
    if sequence > _LAST_SEQUENCE:
        raise KeysError("the sequence numbers of the list are used up.", code="sequence_used_up")
    return NextList(foreign.encode(after, sequence, now), *counts)


def hashes_in(path: Path) -> Iterator[bytes]:
    """The hashes that a text file names, line by line."""
    try:
        text = read_public(path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise KeysError(f"{path} is no text; give one certificate a line.", code="bad_list") from error
    for number, line in enumerate(text.splitlines(), start=1):
        said = line.strip()
        if said and not said.startswith("#"):
            yield _hash_of(said, f"{path}, line {number}")


def _hash_of(said: str, where: str) -> bytes:
    if _HASH.fullmatch(said):
        return bytes.fromhex(said)
    if said.startswith("URN:UVCI:") and len(said) <= _LONGEST and said.isascii() and said.isprintable():
        return certificate_hash(said)
    raise KeysError(
        f"{where}: {said!r:.60} is no certificate identifier (URN:UVCI:…) and no hash of 16 hexadecimal digits.",
        code="bad_list",
    )
