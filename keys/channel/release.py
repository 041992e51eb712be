"""What is published: numbered release folders, and one pointer that is switched whole.

    <channel>/releases/000007/public/metadata/…  public/targets/…  holders.json  departed.json  minutes.md
    <channel>/published -> releases/000007/public

A release is made beside the others and made durable; then the symbolic link is
replaced by a rename, which is the one moment of publishing. A power cut before
it leaves the old release, after it the new one. Files do not change once they
are out, so a release shares them with the one before it (hard links). Leaves
out what is in a release (``publish``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from keys.channel import build, holdings, succession
from keys.channel.holdings import Holdings
from keys.errors import KeysError
from keys.files import make_private_folder, read_public, sync_folder, told, write_whole

HOLDERS_FILE, MINUTES_FILE = "holders.json", "minutes.md"
_KEPT = 2  # a client in the middle of an update may still ask for files of the release before


class Release:
    """One published state, read from its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.public = folder / "public"

    @property
    def number(self) -> int:
        """The release's number, from 1."""
        return int(self.folder.name)

    def holdings(self) -> Holdings:
        """The holders behind the keys of this release."""
        file = self.folder / HOLDERS_FILE
        return holdings.loads(read_public(file), str(file))

    def root(self) -> Metadata[Root]:
        """The newest root."""
        return self.metadata(f"{max(self.root_versions())}.root.json")

    def root_versions(self) -> list[int]:
        """The versions of all roots, each of which a scanner may have to pass through."""
        return sorted(int(path.name.split(".")[0]) for path in self.public.glob("metadata/*.root.json"))

    def timestamp(self) -> Metadata[Timestamp]:
        """The timestamp."""
        return self.metadata("timestamp.json")

    def snapshot(self) -> Metadata[Snapshot]:
        """The snapshot that the timestamp names."""
        return self.metadata(f"{self.timestamp().signed.snapshot_meta.version}.snapshot.json")

    def targets(self) -> dict[str, Metadata[Targets]]:
        """The metadata of ``targets`` and every delegated role, by role."""
        meta = self.snapshot().signed.meta
        return {file.removesuffix(".json"): self.metadata(f"{meta[file].version}.{file}") for file in meta}

    def ends_at(self) -> int:
        """When the first of its roles expires, and scanners take it no more; Unix seconds."""
        top = [it.signed.expires for it in (self.root(), self.snapshot(), self.timestamp())]
        return int(min((*top, *(it.signed.expires for it in self.targets().values()))).timestamp())

    def metadata(self, name: str) -> Metadata[Any]:
        """One metadata file by its name."""
        return build.read(self.data(f"metadata/{name}"), str(self.public / "metadata" / name))

    def data(self, path: str) -> bytes:
        """The bytes of one published file."""
        return read_public(self.public / path)

    def target(self, path: str) -> bytes | None:
        """The bytes of a target file, or None when no role lists it."""
        for metadata in self.targets().values():
            if path in metadata.signed.targets:
                return self.data(target_file(metadata.signed.targets[path]))
        return None

    def offline_files(self) -> dict[str, bytes]:
        """The bytes of every target file that offline holders have signed, by path."""
        listed = [it.signed.targets for role, it in self.targets().items() if role != "revocation"]
        return {path: self.data(target_file(it)) for targets in listed for path, it in targets.items()}

    def live_files(self) -> Iterator[str]:
        """The files that this release's own timestamp leads to, and every root (paths below ``public``)."""
        yield from (f"metadata/{version}.root.json" for version in self.root_versions())
        yield f"metadata/{self.snapshot().signed.version}.snapshot.json"
        for role, metadata in self.targets().items():
            yield f"metadata/{metadata.signed.version}.{role}.json"
            yield from (target_file(target) for target in metadata.signed.targets.values())


class Releases:
    """The releases of one channel folder.

    :param beside: more files to publish, by path below ``public``, made of a release whose own files are there.
    """

    def __init__(self, channel: Path, beside: Callable[[Release], Mapping[str, bytes]] = lambda _release: {}) -> None:
        self._beside = beside
        self._folder = channel / "releases"
        self.pointer = channel / "published"

    def current(self) -> Release | None:
        """The release that the pointer names, or None before the first."""
        with told(self.pointer):
            if not self.pointer.is_symlink():
                return None
            return Release(self._folder / self.pointer.readlink().parent.name)

    def publish(self, files: Mapping[str, bytes], private: Mapping[str, bytes]) -> Release:
        """Make the next release of the current one's live files and these, and switch to it.

        ``files`` go below ``public``, ``private`` beside it. The caller holds the channel's lock.
        """
        before = self.current()
        number = (before.number if before else 0) + 1
        release = Release(self._folder / f"{number:06d}")
        shutil.rmtree(release.folder, ignore_errors=True)  # one that a power cut ended
        make_private_folder(release.folder)
        if before:
            _carry(before, release)
        for path, data in files.items():
            _write_public(release.public / path, data)
        for path, data in self._beside(release).items():
            _write_public(release.public / path, data)
        departed = {succession.DEPARTED_FILE: succession.departed_after(before, release)}
        for name, data in {**private, **departed}.items():
            write_whole(release.folder / name, data)
        _sync_folders(release.folder)
        self._switch(release)
        return release

    def tidy(self) -> None:
        """Remove what is no longer needed: releases before the last two, and ones never switched to."""
        current = self.current()
        for folder in sorted(self._folder.glob("[0-9]*")) if current else []:
            if not current or not current.number - _KEPT < int(folder.name) <= current.number:
                shutil.rmtree(folder, ignore_errors=True)

    def _switch(self, release: Release) -> None:
        aside = self.pointer.with_name(f".{self.pointer.name}.new")
        with told(self.pointer):
            aside.unlink(missing_ok=True)
            aside.symlink_to(Path("releases") / release.folder.name / "public")
            aside.replace(self.pointer)
        sync_folder(self.pointer.parent)


def target_file(target: Any) -> str:
    """Where a target lies below ``public``: its SHA-256 before its own name (TUF, consistent snapshots)."""
    return f"targets/{target.get_prefixed_paths()[0]}"


def _carry(before: Release, after: Release) -> None:
    for path in before.live_files():
        _make_public_folder((after.public / path).parent)
        with told(after.public / path):
            os.link(before.public / path, after.public / path)


def _write_public(path: Path, data: bytes) -> None:
    _make_public_folder(path.parent)
    with told(path):
        path.unlink(missing_ok=True)  # never write through a hard link into an older release
    write_whole(path, data, mode=0o644)


def _make_public_folder(path: Path) -> None:
    with told(path):
        path.mkdir(mode=0o755, parents=True, exist_ok=True)


def _sync_folders(top: Path) -> None:
    for folder in (path for path in top.rglob("*") if path.is_dir()):
        sync_folder(folder)
    sync_folder(top)
    sync_folder(top.parent)


def checked_release(release: Release | None, channel: Path) -> Release:
    """The release, or a KeysError that says that nothing has been published."""
    if release is None:
        raise KeysError(
            f"nothing has been published in {channel} yet; `checkpoint-keys status` says what is missing.",
            code="not_published",
        )
    return release
