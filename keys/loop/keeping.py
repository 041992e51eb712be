"""The loop that a device keeps beside its trust data, so that it can show it to another device.

It is fetched with an update, or kept from the loop that brought it. It is shown only while it is of the very
state that the device holds: its timestamp is the device's own, byte for byte. Leaves out the window.
"""

from __future__ import annotations

import logging
from pathlib import Path

from keys import files
from keys.client.errors import DeviceTrustError, UpdateRefused
from keys.client.sources import Missing, Source
from keys.client.store import DeviceStore, HeldSet, device_errors
from keys.errors import KeysError
from keys.loop import archive, loop
from keys.loop.loop import Loop

log = logging.getLogger(__name__)

PATH = "loop/update.loop"
FILE_NAME = "update.loop"
_SECONDS = 60.0
_TIMESTAMP = "metadata/timestamp.json"


def fetch(store: DeviceStore, source: Source) -> bool:
    """Keep the source's loop when it is of what the device holds; True when it is kept.

    A source without one, or with one of another state, is no fault: the device only cannot show it on.
    Nothing is asked for when the device has it already.
    """
    try:
        if is_kept(store):
            return True
        data = b"".join(_bounded(source))
        keep(store, loop.from_bytes(data))
    except (Missing, KeysError) as error:  # no room for it is no reason to call the update failed
        log.info("The loop of codes was not kept: %s", error)
        return False
    return True


def keep(store: DeviceStore, what: Loop) -> None:
    """Keep a loop on the device.

    :raises UpdateRefused: ``loop_of_another_state``, or as `keys.loop.loop.from_bytes`.
    """
    held = store.current()
    if held is None or not _is_of(what, held):
        raise UpdateRefused("The loop of codes is not of what this device holds.", code="loop_of_another_state")
    with store.locked(), device_errors():
        for left in store.root.glob(f".{FILE_NAME}.*.tmp"):  # of a power cut
            left.unlink(missing_ok=True)
        files.write_whole(store.root / FILE_NAME, what.to_bytes(), mode=0o644)


def kept(store: DeviceStore) -> Loop:
    """The loop to show.

    :raises DeviceTrustError: ``no_loop`` when there is none of what the device holds.
    """
    held = store.current()
    try:
        what = loop.from_bytes((store.root / FILE_NAME).read_bytes())
    except (OSError, UpdateRefused) as error:
        raise _none(store.root) from error
    if held is None or not _is_of(what, held):
        raise _none(store.root)
    return what


def is_kept(store: DeviceStore) -> bool:
    """True when there is a loop to show."""
    try:
        kept(store)
    except DeviceTrustError:
        return False
    return True


def _is_of(what: Loop, held: HeldSet) -> bool:
    # A role's bytes are in its set under its plain name; the timestamp names the whole state.
    return archive.unpacked(what.body).get(_TIMESTAMP) == (held.folder / _TIMESTAMP).read_bytes()


def _bounded(source: Source) -> list[bytes]:
    pieces, size = [], 0
    for piece in source.read(PATH, _SECONDS):
        size += len(piece)
        if size > loop.MOST_FILE_BYTES:
            raise UpdateRefused("The loop of codes is larger than it may be.", code="loop_too_large")
        pieces.append(piece)
    return pieces


def _none(folder: Path) -> DeviceTrustError:
    return DeviceTrustError(
        f"{folder} holds no loop of codes of its trust data. Update this device from a server, a stick or another "
        "device's codes; an update that is too large for codes has none.",
        code="no_loop",
    )
