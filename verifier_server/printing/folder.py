"""The files of runs of printing: private, under the instance folder, each whole or not there.

They hold names, so they end with their run. Left out: when that is (:mod:`~.runs`).
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = "prints"


class PrintFolder:
    """The folder of one run; everything in it only the server's own account can read."""

    def __init__(self, instance: Path, run: int) -> None:
        self.path = instance / FOLDER / str(run)

    def part(self, number: int) -> Path:
        """The place of a finished file: its codes were read."""
        return self.path / f"part-{number:03}.pdf"

    def piece(self, number: int) -> Path:
        """The place of some sheets that are not put together yet."""
        return self.path / f"piece-{number:05}.pdf"

    def draft(self, number: int) -> Path:
        """The place of a file that is put together and not read yet."""
        return self.path / f"draft-{number:03}.pdf"

    def parts(self) -> list[Path]:
        """The finished files, in order."""
        return sorted(self.path.glob("part-*.pdf"))

    def write(self, path: Path, content: bytes) -> None:
        """Write a file that is whole or not there.

        :raises ServerError: the disk is full or cannot be written.
        """
        waiting = path.with_suffix(f".{secrets.token_hex(4)}")
        try:
            for folder in (self.path.parent, self.path):
                folder.mkdir(mode=0o700, exist_ok=True)
            with os.fdopen(os.open(waiting, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            waiting.replace(path)
        except OSError as problem:
            waiting.unlink(missing_ok=True)
            raise ServerError(
                f"The papers could not be kept: {problem.strerror}. Make room on the disk and go on.",
                code="not_kept",
            ) from problem

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)


def folders(instance: Path) -> Iterator[tuple[int, PrintFolder]]:
    """Give the run's number and the folder of every run that has files."""
    there = (instance / FOLDER).iterdir() if (instance / FOLDER).is_dir() else ()
    for path in there:
        if path.name.isdigit():
            yield int(path.name), PrintFolder(instance, int(path.name))
