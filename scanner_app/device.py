"""What this device judges by: its trust data, and the time that it may believe.

A folder that the update command fills (`keys.client`) has a floor under the clock; a plain trust file has
none. Left out: the update itself (`cli_update`), and the age rules (`vaccine_pass.verify`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from keys.client.clock import DeviceClock
from keys.client.errors import DeviceTrustError
from keys.client.load import Held, load
from keys.client.store import DeviceStore
from keys.errors import KeysError
from scanner_app.errors import TrustFileError
from scanner_app.trustfile import INSTALLED, chosen_trust
from vaccine_pass.errors import CheckpointError
from vaccine_pass.trust import TrustData

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeviceTrust:
    """Trust data with the clock to judge by.

    :ivar trust: None when none was installed yet.
    :ivar now: the trusted time, Unix seconds.
    :ivar is_demo: True when one holder signs for every role: nothing for real people.
    :ivar note: a sentence when a damaged set was passed over; else empty.
    :ivar set_name: the name of the set that is to be the current one; empty without an update.
    :ivar clock: the clock that ``now`` is of, which may be wrong; None for a plain trust file, which has no floor.
    """

    trust: TrustData | None
    now: Callable[[], float] = time.time
    is_demo: bool = False
    note: str = ""
    set_name: str = ""
    clock: DeviceClock | None = None


def chosen(path: Path | None) -> DeviceTrust:
    """What lies at `path`, or without one where trust data is installed.

    Raises `TrustFileError` naming what is wrong.
    """
    store = DeviceStore(path or INSTALLED)
    if not store.exists():
        return DeviceTrust(chosen_trust(path))
    name = store.pointed()  # before the set: a switch in between is then noticed as one
    held = held_by(store)
    clock = clock_of(store, held.floor)
    return DeviceTrust(held.trust, clock.now, held.manifest.is_demo, held.note, name, clock)


def clock_of(store: DeviceStore, floor: float) -> DeviceClock:
    """A clock over the floor, which notes the time last seen in the device's folder."""
    return DeviceClock(floor, note=lambda seen: _note(store, seen))


def held_by(store: DeviceStore) -> Held:
    """What an updated device folder holds; `TrustFileError` when it was never updated, or nothing is whole."""
    try:
        held = load(store)
    except DeviceTrustError as error:
        raise TrustFileError(error.message, code=error.code) from error
    except CheckpointError as error:
        raise TrustFileError(f"the trust data in {store.root} cannot be used: {error.message}") from error
    if held is None:
        raise TrustFileError(
            f"{store.root} holds no trust data from an update; run: checkpoint-scanner update", code="no_trust_file"
        )
    return held


def _note(store: DeviceStore, seen: float) -> None:
    try:
        store.note_last_seen(seen)
    except KeysError as error:  # a full card must not stop a checkpoint's queue
        log.warning("The time was not noted: %s", error.message)
