"""The device's folder: the current set, the good one before it, the one being staged, the pinned root.

    root.json       the pinned root: given once by a file, never by an update or an enrolment code
    device.pem      the device's own key (`keys.client.device_key`)
    enrolled.json   its post and its server (`keys.client.enrolled`)
    current         the name of the current set; replaced by a rename, which is the switch
    sets/NNNNNN-…/  verified sets, never written again (`keys.client.manifest`)
    staged/         an update that is being verified; worth nothing, emptied by the next one
    last-seen       the last time seen, for the floor (`keys.client.clock`)
    .lock, .last-seen.lock    held by who changes the folder, and by who notes the time

A power cut leaves the old or the new set, whole. A current set that a worn card damaged is passed over for
the good one before it, and the device says so. Leaves out what is in a set and who signed it.
"""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from keys import files
from keys.client import manifest
from keys.client.errors import DeviceTrustError
from keys.client.manifest import Manifest
from keys.client.policy import day, floor_of
from keys.errors import KeysError

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds to wait for another update of this device; one from a slow server may take ten minutes."""


@dataclass(frozen=True, slots=True)
class HeldSet:
    """A whole set on the device.

    :ivar note: a sentence when this is not the set that it should be; else empty.
    """

    folder: Path
    manifest: Manifest
    note: str = ""


class DeviceStore:
    """One device's folder of trust data; making one touches nothing.

    :param on_wait: called once when another update is running here and this one has to wait for it.
    """

    def __init__(self, root: Path, *, on_wait: Callable[[], object] = lambda: None) -> None:
        self.root, self._on_wait = root, on_wait
        self.staged = root / "staged"
        self._sets = root / "sets"
        self._pointer = root / "current"
        self._pinned = root / "root.json"
        self._last_seen = root / "last-seen"

    def exists(self) -> bool:
        """True when an update was ever taken here."""
        return self._pointer.exists()

    def pointed(self) -> str:
        """The name of the set that is to be the current one, read anew; empty before any update."""
        return self._pointed() if self.exists() else ""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder and hold it alone; a second update waits here, for a minute.

        :raises DeviceTrustError: ``device_busy`` when another one goes on longer.
        """
        with device_errors():
            self.root.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            with device_errors():
                held.enter_context(files.locked(self.root / ".lock", patience=PATIENCE, on_wait=self._on_wait))
            yield

    # --- the pinned root ----------------------------------------------------------------------

    def pinned_root(self) -> bytes | None:
        """The pinned root's bytes; None before enrolment."""
        with device_errors():
            return self._pinned.read_bytes() if self._pinned.exists() else None

    def no_root(self) -> DeviceTrustError:
        """The refusal of a device that has no root to begin from."""
        return DeviceTrustError(
            f"No root is pinned in {self.root}: give the root.json from your administrator with --root, once.",
            code="no_root",
        )

    def pin(self, root: bytes) -> None:
        """Pin a root, which the caller has verified; another one may replace it only before the first update."""
        pinned = self.pinned_root()
        if pinned == root:
            return
        if pinned is not None and self.exists():
            raise DeviceTrustError(
                f"Another root is pinned in {self.root}. A device changes it only by enrolling again: "
                "move that folder away first.",
                code="root_already_pinned",
            )
        self._write(self._pinned, root)

    # --- sets -----------------------------------------------------------------------------------

    def current(self) -> HeldSet | None:
        """The current set, or the good one before it when the current is damaged; None before any update.

        :raises DeviceTrustError: ``trust_damaged`` when no set is whole.
        """
        if not self.exists():
            return None
        wanted = self._pointed()
        trouble: DeviceTrustError | None = None
        for name in [wanted, *(name for name in self._names() if name != wanted)]:
            try:
                held = manifest.read_whole(self._sets / name)
            except DeviceTrustError as error:
                trouble = trouble or error
                continue
            return HeldSet(self._sets / name, held, self._note(trouble, held))
        raise trouble or DeviceTrustError(f"{self._sets} holds no trust data; update it again.", code="trust_damaged")

    def whole_or_none(self) -> HeldSet | None:
        """The set to start from; None when there is none, or none is whole: then everything is fetched anew."""
        try:
            return self.current()
        except DeviceTrustError:
            return None

    def empty_stage(self) -> Path:
        """An empty folder to stage an update in."""
        with device_errors():
            if self.staged.exists():
                shutil.rmtree(self.staged)
            self.staged.mkdir(parents=True)
        return self.staged

    def switch_to_staged(self, what: Manifest, before: HeldSet | None) -> HeldSet:
        """Make the staged folder the current set; ``before``, which was whole, is kept, older ones go."""
        raw = manifest.to_bytes(what)
        name = manifest.set_name(1 + max(map(_number, self._names()), default=0), raw)
        self._write(self.staged / manifest.FILE_NAME, raw)
        with device_errors():
            _sync(self.staged)
            self._sets.mkdir(exist_ok=True)
            self.staged.replace(self._sets / name)
            files.sync_folder(self._sets)
            files.sync_folder(self.root)
        self._write(self._pointer, name.encode())
        self._forget_all_but(name, before.folder.name if before else name)
        return HeldSet(self._sets / name, what)

    def _pointed(self) -> str:
        with device_errors():
            name = self._pointer.read_bytes()[:64].decode("ascii", "replace")
        # A damaged pointer must not name a place outside `sets`.
        return name if manifest.number_of(name) is not None else "none"

    def _names(self) -> list[str]:
        """Names of the sets, the newest first."""
        if not self._sets.is_dir():
            return []
        return sorted((path.name for path in self._sets.iterdir() if manifest.number_of(path.name)), reverse=True)

    def _forget_all_but(self, *kept: str) -> None:
        for path in list(self._sets.iterdir()):
            if path.name not in kept:
                shutil.rmtree(path, ignore_errors=True)  # what is left is not whole, and goes the next time

    @staticmethod
    def _note(trouble: DeviceTrustError | None, held: Manifest) -> str:
        if trouble is None:
            return ""
        return f"{trouble.message} Until then the good data of {day(held.accepted_at)} is used."

    # --- the last time seen -----------------------------------------------------------------------

    def last_seen(self) -> float:
        """The last time seen, Unix seconds; 0 when there is none, or it cannot be read."""
        try:
            return float(self._last_seen.read_text("ascii"))
        except FileNotFoundError:
            return 0.0
        except (OSError, ValueError):
            log.warning("The last-seen time in %s is damaged; the floor is the signed dates alone.", self._last_seen)
            return 0.0

    def note_last_seen(self, now: float) -> None:
        """Raise the last time seen to ``now``; it never goes down here."""
        with self._last_seen_alone():
            if now > self.last_seen():
                self._write(self._last_seen, repr(float(now)).encode())

    def reset_last_seen(self, now: float) -> None:
        """Set the last time seen to ``now``, lower too: for a supervisor, after the clock stood in the future."""
        with self._last_seen_alone():
            self._write(self._last_seen, repr(float(now)).encode())

    @contextmanager
    def _last_seen_alone(self) -> Iterator[None]:
        """A lock of its own: a scan that notes the time must not wait for an update."""
        with ExitStack() as held:
            with device_errors():
                held.enter_context(files.locked(self.root / ".last-seen.lock", patience=PATIENCE))
            yield

    def floor(self) -> float:
        """The time that it cannot be earlier than: offline signatures of the current set, and the last time seen."""
        held = self.current()
        return max(floor_of(held.manifest.roles) if held else 0.0, self.last_seen())

    @staticmethod
    def _write(path: Path, data: bytes) -> None:
        """Replace a file for which the caller holds the lock, so that no other writer's is taken for a leftover."""
        with device_errors():
            for left in path.parent.glob(f".{path.name}.*.tmp"):  # of a power cut
                left.unlink(missing_ok=True)
            files.write_whole(path, data, mode=0o644)


def _number(name: str) -> int:
    return manifest.number_of(name) or 0


def _sync(folder: Path) -> None:
    """Make all files below a folder durable, before a rename names them."""
    for path in folder.rglob("*"):
        if path.is_dir():
            files.sync_folder(path)
        else:
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    files.sync_folder(folder)


@contextmanager
def device_errors() -> Iterator[None]:
    """Turn the system's error about the device's own folder into one sentence."""
    try:
        yield
    except OSError as error:
        raise of_device(error) from error
    except KeysError as error:
        if error.code == "busy":
            sentence = "Another update of this device is still running; nothing was changed. Try again in ten minutes."
            raise DeviceTrustError(sentence, code="device_busy") from error
        if type(error) is KeysError and isinstance(error.__cause__, OSError):  # of `keys.files`
            raise of_device(error.__cause__) from error
        raise


def of_device(error: OSError) -> DeviceTrustError:
    """The sentence for an error about the device's own storage."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return DeviceTrustError("The device has no room left; its trust data stays as it was.", code="disk_full")
    where = f" at {error.filename}" if error.filename else ""
    reason = error.strerror or type(error).__name__
    return DeviceTrustError(f"The device's trust folder cannot be used{where}: {reason}.", code="device_unusable")
