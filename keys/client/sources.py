"""Where an update comes from, read-only: one file at a time, in pieces. Here a folder, such as a USB stick.

Also a bundle (`keys.client.bundle`) and a server (`keys.client.http`). Nothing a source says is believed:
what it gives is verified afterwards, and a source that ends, lies or fails can only stop the update.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from keys.client.errors import UpdateRefused

PIECE = 64 * 1024


class Missing(Exception):
    """The source does not have this file, which is normal for the root after the newest."""


class Source(Protocol):
    """Something that files of the trust channel can be read from."""

    name: str

    def read(self, path: str, seconds: float) -> Iterator[bytes]:
        """The file's pieces.

        :param path: such as ``metadata/timestamp.json``; plain names only (`kinds.is_safe_path`).
        :param seconds: the longest that this may take, for a source that can wait.
        :raises Missing: when the source does not have it.
        :raises UpdateRefused: when it cannot be read.
        """
        ...


class FolderSource:
    """A folder with ``metadata/`` and ``targets/`` in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = str(folder)
        if not (folder / "metadata").is_dir():
            raise UpdateRefused(f"{folder} holds no update: it has no folder metadata/.", code="no_update_there")

    def read(self, path: str, seconds: float) -> Iterator[bytes]:
        """The file's pieces; see `Source.read`."""
        try:
            with open(self._folder / path, "rb", opener=_open_file, buffering=0) as stream:
                while piece := stream.read(PIECE):
                    yield piece
        except (FileNotFoundError, NotADirectoryError) as error:
            if not self._folder.is_dir():  # pulled out: not the same as a file that was never there
                raise unreadable(self.name, error) from error
            raise Missing(path) from error
        except OSError as error:
            raise unreadable(f"{self.name}/{path}", error) from error


def unreadable(name: str, error: OSError) -> UpdateRefused:
    """The refusal for a source that fails while it is read."""
    reason = error.strerror or type(error).__name__
    return UpdateRefused(
        f"The update cannot be read at {name}: {reason}. Put the stick in again, or bring another.",
        code="update_unreadable",
    )


def _open_file(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe must not make us wait
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise FileNotFoundError(path)
    return descriptor
