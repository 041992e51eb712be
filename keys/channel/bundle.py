"""The published state for carrying by hand: a folder for a USB stick, one ZIP file, or a loop of codes.

A folder is put in place whole: copied beside, then renamed. A file is stored
without compression and with fixed times, so that the same release gives the
same bytes. Leaves out reading it (the scanner verifies everything itself).
"""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

from keys.channel.release import Release
from keys.errors import KeysError
from keys.files import told, write_whole
from keys.loop import files as loop_files
from keys.loop.keeping import PATH

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)


def export(release: Release, out: Path) -> int:
    """Write the release to ``out`` (a name in .zip or .loop makes one file) and give the number of files."""
    if out.suffix == loop_files.SUFFIX:
        write_whole(out, _loop(release), mode=0o644)
        return 1
    paths = _files(release.public)
    if out.suffix == ".zip":
        write_whole(out, zipped(release.public), mode=0o644)
    else:
        _copied(release.public, paths, out)
    return len(paths)


def _loop(release: Release) -> bytes:
    if not (release.public / PATH).is_file():
        raise KeysError("this release is too large for a loop of codes; carry it on a stick.", code="loop_too_large")
    return release.data(PATH)


def refuse_unless_ours(out: Path) -> None:
    """KeysError when something else lies where the folder is to be put."""
    if out.is_dir() and not (out / "metadata").is_dir() and any(out.iterdir()):
        raise KeysError(f"{out} holds something else; name a folder of its own.", code="folder_in_use")


def zipped(public: Path) -> bytes:
    """The whole of one published folder as the bytes of a ZIP file.

    :raises OSError: the folder cannot be read; FileNotFoundError when it was tidied away meanwhile.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path in _files(public):
            entry = zipfile.ZipInfo(path.relative_to(public).as_posix(), _FIRST_DAY)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _files(top: Path) -> list[Path]:
    return sorted(path for path in top.rglob("*") if path.is_file())


def _copied(top: Path, paths: list[Path], out: Path) -> None:
    refuse_unless_ours(out)
    staged, former = out.with_name(f".{out.name}.new"), out.with_name(f".{out.name}.old")
    with told(out):
        shutil.rmtree(staged, ignore_errors=True)
        for path in paths:
            target = staged / path.relative_to(top)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        shutil.rmtree(former, ignore_errors=True)
        if out.exists():
            out.rename(former)
        staged.rename(out)
        shutil.rmtree(former, ignore_errors=True)
