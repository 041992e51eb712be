"""`checkpoint-scanner update` and `trust`: bring trust data to this device, and say what it holds.

A network is used only when `--from` is an address, or, without it, where the device is enrolled. What judges
passes never imports this module.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from keys.client import clock, enrolled
from keys.client.bundle import BundleSource
from keys.client.fingerprint import fingerprint
from keys.client.load import Held
from keys.client.policy import Age, Freshness, age, day
from keys.client.receipt import receipt
from keys.client.sources import FolderSource, Source
from keys.client.store import DeviceStore
from keys.client.update import update as bring
from keys.loop import files as loop_files
from keys.loop import keeping
from scanner_app import cli_enrol, online
from scanner_app.device import held_by
from scanner_app.errors import WrongCall
from scanner_app.pinned import built_in, root_to_pin

MOST_ROOT_BYTES = 512_000
_KINDS = {
    "keys": "signers' keys",
    "vaccines": "vaccine table",
    "revocation": "revoked passes",
    "unrevocation": "un-revoked",
    "rules": "rules",
}
_MEANING = {
    Freshness.FRESH: "fresh",
    Freshness.WARN: "OLD: update it",
    Freshness.STALE: "TOO OLD: nothing can be told by it",
}


def update(
    folder: Path, where: str | None, root: Path | None, *, camera: str | None = None, reset_time: bool = False
) -> int:
    """Take an update from a folder, a file, an address, a camera, or the enrolled channel; 0 when it is held.

    After an update over a network the receipt is sent; that it cannot be is a notice and no failure.
    Raises `WrongCall` when there is no such place, `KeysError` when the update is refused.
    """
    store = _device_store(folder)
    where = "" if camera is not None else where or enrolled_channel(store)
    source = None if camera is not None else source_of(where)
    pinned = root_to_pin(store, None if root is None else _root(root), built_in())
    if source is None:
        changed = _from_camera(store, camera, pinned, reset_time=reset_time)
    else:
        changed = _from_source(store, source, pinned, reset_time=reset_time)
    held = held_by(store)
    now = clock.trusted_time(time.time(), held.floor)
    sys.stdout.write("Updated.\n" if changed else "Nothing new: this device already holds what is offered.\n")
    sys.stdout.writelines(line + "\n" for line in in_words(held, folder, now))
    if is_address(where):
        _send_receipt(store, held, now)
    return 0


def _device_store(folder: Path) -> DeviceStore:
    """The device's folder; who has to wait for another update of it is told so at once."""
    return DeviceStore(folder, on_wait=_say_that_it_waits)


def _say_that_it_waits() -> None:
    sys.stderr.write("checkpoint-scanner: another update of this device is running; waiting for it.\n")
    sys.stderr.flush()


def _from_source(store: DeviceStore, source: Source, root: bytes | None, *, reset_time: bool) -> bool:
    done = bring(store, source, time.time(), root=root, reset_time=reset_time)
    keeping.fetch(store, source)
    return done.changed


def _from_camera(store: DeviceStore, camera: str | None, root: bytes | None, *, reset_time: bool) -> bool:
    from scanner_app.cli_loop import update_from_camera  # noqa: PLC0415  loads OpenCV

    return update_from_camera(store, camera or "0", root, reset_time=reset_time)


def show(folder: Path, *, as_object: bool) -> int:
    """Say what the device holds and how old it is; 1 when nothing can be told by it."""
    held = held_by(DeviceStore(folder))
    now = clock.trusted_time(time.time(), held.floor)
    if as_object:
        sys.stdout.write(json.dumps(receipt(held.manifest, now)) + "\n")
    else:
        known = enrolled.load(folder)
        lines = ["Enrolled:", *cli_enrol.in_words(known)] if known else ["Not enrolled."]
        told = [*in_words(held, folder, now), *_of_the_clock(time.time(), held.floor), *lines]
        sys.stdout.writelines(line + "\n" for line in told)
    return 1 if age(held.trust.signed_at, now).freshness is Freshness.STALE else 0


def source_of(where: str) -> Source:
    """The source that `where` names: an address, a folder, or a bundle file."""
    if is_address(where):
        return online.channel(where)
    path = Path(where)
    if path.is_dir():
        return FolderSource(path)
    if path.is_file() and path.suffix == loop_files.SUFFIX:
        return loop_files.source_in(path)
    if path.is_file():
        return BundleSource(path)
    raise WrongCall(f"--from {where}: there is no such folder or file (an address begins with https://)")


def _send_receipt(store: DeviceStore, held: Held, now: float) -> None:
    is_sent, said = online.tell(store, held, now)
    if said and is_sent:
        sys.stdout.write(f"{said}\n")
    elif said:
        sys.stderr.write(f"checkpoint-scanner: {said}\n")


def is_address(where: str) -> bool:
    """True for what is asked over a network."""
    return "://" in where


def enrolled_channel(store: DeviceStore) -> str:
    """The address at which this device is enrolled; `WrongCall` when it is not."""
    known = enrolled.load(store.root)
    if known is None:
        raise WrongCall(f"--from is needed: the device in {store.root} is not enrolled (checkpoint-scanner enrol)")
    return known.channel


def in_words(held: Held, folder: Path, now: float) -> list[str]:
    """What the device holds, a line for each kind of data."""
    lines = [f"Trust data in {folder}, on {day(now)}:"]
    lines += [_line(kind, age) for kind, age in held.ages(now).items()]
    if not held.has_revocation:
        lines.append("  No list of revoked passes has come yet: no pass of ours can be accepted without one.")
    if held.manifest.is_demo:
        lines.append("  DEMONSTRATION: one holder signs for every role. Not for real people.")
    return [*lines, *([f"  {held.note}"] if held.note else []), *_of_the_root(DeviceStore(folder).pinned_root())]


def _of_the_root(pinned: bytes | None) -> list[str]:
    """What people compare by voice with the administrators' `checkpoint-keys status`."""
    if pinned is None:
        return []
    lines = ["  Pinned root, SHA-256:", f"  {fingerprint(pinned)}"]
    if built_in() not in (None, pinned):
        lines.append("  This build carries another root; this device goes on with the one it has pinned.")
    return lines


def _of_the_clock(device_clock: float, floor: float) -> list[str]:
    """What a supervisor has to know when the time to judge by is not the device's own."""
    if not clock.is_behind(device_clock, floor):
        return []
    return [
        f"  The clock says {day(device_clock)}, but this device has been at {day(floor)}, or holders have signed then.",
        "  Put the clock right. If it is right: checkpoint-scanner update --reset-time, under supervision.",
    ]


def _line(kind: str, age: Age) -> str:
    if age.days is None:
        return f"  {_KINDS[kind]:<15} carries no date"
    days = int(age.days)
    old = "today" if days == 0 else f"{days} day{'s' if days > 1 else ''} ago"
    return f"  {_KINDS[kind]:<15} signed {day(age.signed_at or 0)}, {old}: {_MEANING[age.freshness]}"


def _root(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MOST_ROOT_BYTES)
    except OSError as error:
        raise WrongCall(f"--root {path} cannot be read: {error.strerror or 'unreadable'}") from error
