"""The files that were handed in: private, under the instance folder, and only for as long as they are needed."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.errors import FieldError

if TYPE_CHECKING:
    from typing import BinaryIO

FOLDER = "imports"
_PIECE = 1 << 20
_INCOMING = "incoming-"


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that was received and belongs to no import yet."""

    path: Path
    sha256: str
    size: int


class Files:
    """The folder of handed-in files."""

    def __init__(self, instance: Path) -> None:
        self.folder = instance / FOLDER

    def made(self) -> Path:
        """Return the folder, which only this account can open."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.folder

    def receive(self, stream: BinaryIO, *, most: int) -> Arrived:
        """Write a stream to a private file, in flat memory.

        :param most: bytes.
        :raises FieldError: it holds nothing, or more than ``most``, or the disk is full; nothing of it is left.
        """
        path = self.made() / f"{_INCOMING}{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                sha256, size = _copy(stream, file, most)
        except OSError as problem:
            path.unlink(missing_ok=True)
            raise FieldError(
                "file",
                f"The file could not be kept: {problem.strerror}. Nothing was changed.",
                code="not_kept",
            ) from problem
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Arrived(path, sha256, size)

    def of(self, number: int) -> Path:
        """Return the place of an import's file."""
        return self.folder / f"{number}.data"

    def scratch_of(self, number: int) -> Path:
        """Return the place of an import's rehearsal."""
        return self.folder / f"{number}.scratch"

    def keep(self, arrived: Arrived, number: int) -> None:
        """Make an arrived file that of an import."""
        arrived.path.replace(self.of(number))

    def forget(self, number: int) -> None:
        """Remove what an import has on the disk."""
        for path in (self.of(number), self.scratch_of(number), Path(f"{self.scratch_of(number)}-journal")):
            path.unlink(missing_ok=True)

    def others(self, needed: set[int], *, older_than: float) -> list[Path]:
        """Return files that belong to no import in work, such as what a killed upload has left."""
        there = self.folder.iterdir() if self.folder.is_dir() else ()
        return [
            path
            for path in there
            if path.stat().st_mtime < older_than
            and not (path.stem.isdigit() and int(path.stem) in needed and not path.name.startswith(_INCOMING))
        ]


def _copy(stream: BinaryIO, file: BinaryIO, most: int) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > most:
            raise too_large(most)
        digest.update(piece)
        file.write(piece)
    if not size:
        raise FieldError("file", "This file is empty.", code="empty_file")
    file.flush()
    os.fsync(file.fileno())
    return digest.hexdigest(), size


def too_large(most: int) -> FieldError:
    """Return the refusal of a file of more than so many bytes."""
    return FieldError(
        "file",
        f"This file is larger than {most >> 20} MB: send it in several files, each with the header row.",
        code="file_too_large",
        megabytes=most >> 20,
    )
