"""Private files: written whole or not at all, refused when others can read them.

A state file is replaced by a rename, so that a power cut leaves the old or the
new state and never half of one. Leaves out what the files mean.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from keys.errors import KeysError
from keys.secret import Secret

_OTHERS = 0o077
_LARGEST = 1 << 20
_LOOK_AGAIN = 0.1  # seconds


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's error about a file into one sentence that names it."""
    try:
        yield
    except FileNotFoundError as error:
        raise KeysError(f"{path} does not exist.", code="not_found") from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise KeysError(f"{path} cannot be read or written: {reason}.", code="not_readable") from error


def make_private_folder(path: Path) -> None:
    """Make a folder, and the parents that it lacks, that only its owner can enter (mode 0700)."""
    with told(path):
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):  # mkdir's own `parents` would leave them open to others
            folder.mkdir(mode=0o700, exist_ok=True)


def write_whole(path: Path, data: bytes | Secret, *, mode: int = 0o600) -> None:
    """Replace the file by ``data``, durably: temporary file, fsync, rename, fsync of the folder."""
    if not path.parent.is_dir():
        raise KeysError(f"the folder {path.parent} does not exist; make it first.", code="not_found")
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")
    with told(path):
        try:
            _write_new(temporary, data, mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Make the folder's own entries durable (a rename is not, until its folder is synced)."""
    with told(path):
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file, durably; one that is not there is no error."""
    with told(path):
        try:
            path.unlink()
        except FileNotFoundError:
            return
        sync_folder(path.parent)


def read_private(path: Path) -> bytes:
    """The bytes of a secret file, refused when anyone but its owner may read it.

    Raises KeysError: ``open_to_others``, ``not_found`` or ``not_readable``.
    """
    with told(path), open(path, "rb", opener=_open_if_private) as file:
        return file.read(_LARGEST)


def read_public(path: Path) -> bytes:
    """The bytes of a file that is no secret (state, certificate); KeysError when it cannot be read."""
    with told(path):
        return path.read_bytes()


@contextmanager
def locked(
    path: Path, *, patience: float | None = None, on_wait: Callable[[], object] = lambda: None
) -> Iterator[None]:
    """Hold an exclusive lock on a file; a second administrator waits here.

    The kernel lets go of it when the process ends, however it ends.

    :param patience: seconds to wait at most; None: as long as it takes.
    :param on_wait: called once when another one holds it.
    :raises KeysError: ``busy`` when the patience is over.
    """
    with told(path):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, path, patience, on_wait)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, path: Path, patience: float | None, on_wait: Callable[[], object]) -> None:
    if _is_free(descriptor):
        return
    on_wait()
    if patience is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return
    until = time.monotonic() + patience
    while not _is_free(descriptor):
        if time.monotonic() >= until:
            raise KeysError(f"{path.parent} is still in use by another command; try again later.", code="busy")
        time.sleep(_LOOK_AGAIN)  # flock itself knows no limit


def _is_free(descriptor: int) -> bool:
    """Take the lock when nobody has it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_new(path: Path, data: bytes | Secret, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)  # the umask may have taken bits from a public file
        file.write(data.unsafe_reveal() if isinstance(data, Secret) else data)
        file.flush()
        os.fsync(descriptor)


def _open_if_private(path: str, flags: int) -> int:
    descriptor = os.open(path, flags | os.O_NONBLOCK)  # a pipe in its place must not make us wait
    try:
        # The open file is asked, not its path: a path can be swapped in between.
        _refuse_if_open_to_others(path, os.fstat(descriptor))
    except KeysError:
        os.close(descriptor)
        raise
    return descriptor


def _refuse_if_open_to_others(path: str, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeysError(f"{path} is not a file.", code="not_readable")
    open_bits = status.st_mode & _OTHERS
    if status.st_uid == 0 and status.st_gid == 0:
        # systemd hands a credential to a service by an access list, which shows as group-read of root.
        open_bits &= ~0o040
    if open_bits:
        raise KeysError(
            f"{path} can be read by others (mode {stat.S_IMODE(status.st_mode):04o}); run: chmod 600 {path}.",
            code="open_to_others",
        )
