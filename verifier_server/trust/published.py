"""The published folder of the trust channel, read-only, and nothing beside it.

The folder is a link that is switched whole at each release. A request looks through the link once
and stays in the release that it found; below it no link is followed, and only names that the channel
itself may use are looked for. Left out: HTTP (`pages`), and who signed what (`keys.channel`).
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import ExitStack
from typing import TYPE_CHECKING

from keys.channel.bundle import zipped
from keys.client.kinds import MOST_TARGET_BYTES, is_safe_path

if TYPE_CHECKING:
    from pathlib import Path

_FOLDERS = frozenset({"metadata", "targets", "loop"})
_NOT_THERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EISDIR, errno.ENXIO})
_TRIES = 3


class PublishedFolder:
    """What the channel has published now.

    :param folder: a folder with ``metadata/`` and ``targets/`` in it, or a link to one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, path: str) -> bytes | None:
        """The bytes of one published file; None when there is none of this name.

        :param path: such as ``metadata/timestamp.json``.
        :raises OSError: the storage fails, which is not the same as a file that is not there.
        """
        first, _, rest = path.partition("/")
        if first not in _FOLDERS or not rest or not is_safe_path(path):
            return None
        try:
            return _read_below(self._folder, path.split("/"))
        except OSError as problem:
            if problem.errno in _NOT_THERE:
                return None
            raise

    def bundle(self) -> bytes | None:
        """The newest release as one ZIP file; None before the first.

        :raises OSError: the storage fails.
        """
        for _ in range(_TRIES):
            release = self._folder.resolve()  # one release, even if the link is switched meanwhile
            if not (release / "metadata").is_dir():
                return None
            try:
                return zipped(release)
            except FileNotFoundError:  # tidied away after two newer ones: the link leads to those
                continue
        raise OSError(errno.EAGAIN, "the releases change too fast", str(self._folder))


def _read_below(top: Path, names: list[str]) -> bytes:
    with ExitStack() as held:
        at = _opened(held, str(top), os.O_DIRECTORY, None)
        for name in names[:-1]:
            at = _opened(held, name, os.O_DIRECTORY | os.O_NOFOLLOW, at)
        # A pipe put there by mistake must not make a worker wait for ever.
        file = _opened(held, names[-1], os.O_NOFOLLOW | os.O_NONBLOCK, at)
        said = os.fstat(file)
        if not stat.S_ISREG(said.st_mode):
            raise FileNotFoundError(errno.ENOENT, "no plain file", names[-1])
        if said.st_size > MOST_TARGET_BYTES:
            raise OSError(errno.EFBIG, "larger than any scanner takes", names[-1])
        with open(file, "rb", closefd=False) as stream:
            return stream.read(MOST_TARGET_BYTES)


def _opened(held: ExitStack, name: str, flags: int, below: int | None) -> int:
    descriptor = os.open(name, os.O_RDONLY | os.O_CLOEXEC | flags, dir_fd=below)
    held.callback(os.close, descriptor)
    return descriptor
