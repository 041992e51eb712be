"""The next lists of the trust channel as files in a folder, and the published ones read from the channel.

The folder holds what is to go out and nothing else: a file that is no longer needed is removed, and one
that says the same already stays as it is, so that running it again changes nothing. Left out: what is to be
published (:mod:`verifier_server.revocation.next_lists`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from keys.channel import documents
from keys.channel.place import Channel
from keys.channel.release import Release
from keys.client import revoked
from keys.errors import KeysError
from keys.files import make_private_folder, read_public, remove, write_whole
from vaccine_pass.errors import PassError
from vaccine_pass.revocation import issued, serial_list, unrevocations
from vaccine_pass.revocation.lists import Lists
from verifier_server.revocation.next_lists import NextLists

DELTA, APPROVED, UNREVOKED, ISSUED = "delta.bin", "approved.bin", "unrevocation.json", "issued.json"
NAMES = (DELTA, APPROVED, UNREVOKED, ISSUED)

_Meaning = Callable[[bytes], object]


def published_in(place: Path) -> Release:
    """What is published: of a publisher's channel folder, or of a copy of what is published.

    :raises KeysError: there is neither, or nothing has been published yet.
    """
    if (place / "metadata" / "timestamp.json").is_file():
        release = Release(place)
        release.public = place
        return release
    return Channel(place).current()


def lists_of(release: Release) -> Lists:
    """The lists of a release; PassError names a damaged one."""
    return revoked.lists_of(release.target)


def trusted_keys(release: Release) -> frozenset[bytes]:
    """The ids of the keys that scanners trust.

    :raises KeysError: the release has no list of signers.
    """
    data = release.target(documents.SIGNERS)
    if data is None:
        raise KeysError(f"{release.public} has no list of signers.", code="damaged")
    return documents.kids(data)


def files_of(published: Lists, following: NextLists, now: int) -> dict[str, bytes]:
    """The bytes of what is to be published, by the file's name."""
    files: dict[str, bytes] = {}
    base = published.approved
    if following.added is not None and base is not None:
        files[DELTA] = serial_list.encode_delta(following.added, following.sequence, now, base.digest)
    if following.approved is not None:
        files[APPROVED] = serial_list.encode_base(following.approved, following.sequence, now)
    if following.unrevoked is not None:
        files[UNREVOKED] = unrevocations.dumps(following.unrevoked).encode()
    if following.issued is not None:
        files[ISSUED] = issued.dumps(following.issued).encode()
    return files


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make the folder hold these files of its kind and no others; each file whole or not at all."""
    if not files and not folder.exists():
        return
    make_private_folder(folder)
    for name in NAMES:
        for left in folder.glob(f".{name}.*.tmp"):  # of a power cut
            remove(left)
        if name not in files:
            remove(folder / name)
        elif not _says_the_same(name, folder / name, files[name]):
            write_whole(folder / name, files[name], mode=0o644)


def _says_the_same(name: str, file: Path, data: bytes) -> bool:
    """Whether a file that is there says the same but for the time at which it was made."""
    if not file.exists():
        return False
    try:
        return _MEANINGS[name](read_public(file)) == _MEANINGS[name](data)
    except PassError:
        return False  # half a file of another program: it is replaced


def _of_list(data: bytes) -> object:
    read = serial_list.decode(data)
    return read.serials, read.sequence, read.base_digest


def _of_unrevocations(data: bytes) -> object:
    read = unrevocations.loads(data)
    return read.serials, read.sequence


_MEANINGS: Mapping[str, _Meaning] = {
    DELTA: _of_list,
    APPROVED: _of_list,
    UNREVOKED: _of_unrevocations,
    ISSUED: lambda data: issued.loads(data).blocks,
}
