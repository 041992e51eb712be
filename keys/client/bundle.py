"""An update in one file: a plain .tar or a .zip with ``metadata/`` and ``targets/`` in it.

Read in place and never unpacked, so that no name in it can lead anywhere; members, sizes and the whole are
bounded before anything is believed. Leaves out compressed tars: nothing here needs them.
"""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import IO

from keys.client import kinds
from keys.client.errors import UpdateRefused
from keys.client.sources import PIECE, Missing, unreadable

MOST_MEMBERS = 5_000

Opener = Callable[[], IO[bytes]]


class BundleSource:
    """A bundle that is open for reading.

    :raises UpdateRefused: ``bad_bundle`` when it is none, holds a name or a kind of member that has no place
        in a bundle, or is too large.
    """

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        try:
            if path.stat().st_size > kinds.MOST_UPDATE_BYTES:
                raise _bad(self.name, f"it is larger than {kinds.MOST_UPDATE_BYTES} bytes")
            self._members = self._index(path)
        except OSError as error:
            raise unreadable(self.name, error) from error

    def read(self, path: str, seconds: float) -> Iterator[bytes]:
        """The member's pieces; see `Source.read`."""
        opener = self._members.get(path)
        if opener is None:
            raise Missing(path)
        try:
            with opener() as stream:
                while piece := stream.read(PIECE):
                    yield piece
        except _BROKEN as error:
            raise _bad(self.name, f"{path} in it is damaged") from error
        except OSError as error:
            raise unreadable(self.name, error) from error

    def _index(self, path: Path) -> dict[str, Opener]:
        try:
            found = _zip_members(path) if zipfile.is_zipfile(path) else _tar_members(path)
            members: dict[str, Opener] = {}
            for count, (name, size, opener) in enumerate(found, start=1):
                self._check(count, name, size, is_twice=name in members)
                members[name] = opener
        except _BROKEN as error:
            raise _bad(self.name, "it is neither a whole .zip nor a whole, uncompressed .tar") from error
        if not any(name.startswith("metadata/") for name in members):
            raise _bad(self.name, "it has no folder metadata/")
        return members

    def _check(self, count: int, name: str, size: int, *, is_twice: bool) -> None:
        if count > MOST_MEMBERS:
            raise _bad(self.name, f"it has more than {MOST_MEMBERS} files")
        if is_twice or not kinds.is_safe_path(name):
            raise _bad(self.name, f"it holds {name[:80]!r}, which is there twice or is no plain name")
        if size > kinds.MOST_TARGET_BYTES:
            raise _bad(self.name, f"{name} is larger than {kinds.MOST_TARGET_BYTES} bytes")


_BROKEN = (tarfile.TarError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, KeyError)
"""What Python's readers raise for a file that is no archive, is damaged, or asks for what they lack."""

Member = tuple[str, int, Opener]


def _zip_members(path: Path) -> Iterator[Member]:
    archive = zipfile.ZipFile(path)
    for info in archive.infolist():
        if not info.is_dir():
            yield info.filename.removeprefix("./"), info.file_size, partial(archive.open, info)


def _tar_members(path: Path) -> Iterator[Member]:
    archive = tarfile.open(path, "r:")  # noqa: SIM115 - it stays open as long as the source
    while (info := archive.next()) is not None:
        if info.isfile() and not info.issparse():
            yield info.name.removeprefix("./"), info.size, partial(_opened, archive, info)
        elif not info.isdir():
            raise tarfile.TarError(f"{info.name} is no file")


def _opened(archive: tarfile.TarFile, info: tarfile.TarInfo) -> IO[bytes]:
    stream = archive.extractfile(info)
    if stream is None:
        raise tarfile.TarError(f"{info.name} is no file")
    return stream


def _bad(name: str, what: str) -> UpdateRefused:
    return UpdateRefused(f"The bundle {name} cannot be used: {what}.", code="bad_bundle")
