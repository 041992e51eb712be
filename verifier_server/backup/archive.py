"""The file of a backup: a tar of `manifest.json`, the data, and `SHA256SUMS` over both, in this order.

`tar xf FILE && sha256sum -c SHA256SUMS` checks it without this program. It is written beside its place and renamed
when it is whole. Reading believes nothing before the sums fit; no name in it is used as a path.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tarfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from keys.errors import KeysError
from keys.files import make_private_folder, sync_folder, told
from verifier_server.backup.manifest import DATA_NAMES, Manifest, parsed
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST, SUMS = "manifest.json", "SHA256SUMS"
_LARGEST_TEXT = 1 << 20
_CHUNK = 1 << 20


@contextmanager
def beside(path: Path) -> Iterator[Path]:
    """Give a private folder beside a file, for what is on its way; what a killed run left there is removed.

    :raises ServerError: the folder of ``path`` is not there, or no more fits on the disk.
    """
    folder = path.with_name(f".{path.name}.part")
    if not path.parent.is_dir():
        raise ServerError(f"The folder {path.parent} does not exist; make it first.", code="not_found")
    with _in_our_words(path):
        shutil.rmtree(folder, ignore_errors=True)
        make_private_folder(folder)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def write(path: Path, manifest: Manifest, data: Path) -> None:
    """Write the backup whole, or not at all; the file is its owner's alone (mode 0600).

    :param data: the database's copy, in a folder of :func:`beside`.
    """
    with _in_our_words(path):
        whole = data.with_name("whole.tar")
        words = manifest.written()
        sums = f"{hashlib.sha256(words).hexdigest()}  {MANIFEST}\n{_digest(data)}  {manifest.data_name}\n"
        with open(whole, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, MANIFEST, io.BytesIO(words), len(words), manifest.made_at)
                with data.open("rb") as content:
                    _add(tar, manifest.data_name, content, data.stat().st_size, manifest.made_at)
                _add(tar, SUMS, io.BytesIO(sums.encode()), len(sums), manifest.made_at)
            file.flush()
            os.fsync(file.fileno())
        whole.rename(path)
        sync_folder(path.parent)


def read(path: Path, folder: Path | None = None) -> Manifest:
    """Check a backup from its first byte to its last; returns what it says about itself.

    :param folder: where the data is to be put; None: only looked at.
    :raises ServerError: ``bad_backup``: it is damaged, cut off, or something else.
    """
    with _in_our_words(path), path.open("rb") as file:
        try:
            with tarfile.open(fileobj=file, mode="r:") as tar:
                return _read(tar, folder)
        except (tarfile.TarError, EOFError, UnicodeError) as problem:
            raise _damaged("it is cut off, or no backup at all") from problem


def _read(tar: tarfile.TarFile, folder: Path | None) -> Manifest:
    manifest: Manifest | None = None
    sums: dict[str, str] = {}
    said: dict[str, str] | None = None
    for member in tar:
        content = tar.extractfile(member) if member.isreg() else None
        if content is None or member.name in sums or said is not None:
            raise _damaged("it holds what no backup holds")
        if member.name in DATA_NAMES.values():
            sums[member.name] = _copied(content, folder / member.name if folder else None)
        elif member.size > _LARGEST_TEXT or member.name not in {MANIFEST, SUMS}:
            raise _damaged("it holds what no backup holds")
        elif member.name == MANIFEST:
            words = content.read()
            sums[MANIFEST], manifest = hashlib.sha256(words).hexdigest(), parsed(words)
        else:
            said = _sums(content.read())
    if manifest is None or said != sums or set(sums) != {MANIFEST, manifest.data_name}:
        raise _damaged("its content does not fit its SHA-256")
    return manifest


def _copied(content: IO[bytes], target: Path | None) -> str:
    digest = hashlib.sha256()
    with (target or Path(os.devnull)).open("wb") as out:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _sums(data: bytes) -> dict[str, str]:
    lines = [line.split("  ", 1) for line in data.decode("ascii", "replace").splitlines()]
    return {name: digest for digest, name in (line for line in lines if len(line) == 2)}


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, at: int) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, at, 0o600
    tar.addfile(member, content)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _damaged(why: str) -> ServerError:
    return ServerError(
        f"The backup is damaged: {why}. Nothing was changed; take another copy of it.", code="bad_backup"
    )


@contextmanager
def _in_our_words(path: Path) -> Iterator[None]:
    try:
        with told(path):
            yield
    except KeysError as problem:
        raise ServerError(problem.message, code=problem.code) from problem
