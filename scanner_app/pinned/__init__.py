"""The root that this build of the scanner carries, ``root.json`` beside this module; a build for no country has none.

A scanner with it trusts one country from the first minute on, and takes no other root. Leaves out who may put it
there: whoever builds (docs/scanner.md).
"""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable

from keys.client.errors import DeviceTrustError
from keys.client.fingerprint import fingerprint
from keys.client.store import DeviceStore

ROOT_FILE = "root.json"


def built_in(folder: Traversable | None = None) -> bytes | None:
    """The root that this build carries; None when it carries none.

    :param folder: where to look; this package by default.
    """
    file = (folder or resources.files(__name__)) / ROOT_FILE
    return file.read_bytes() if file.is_file() else None


def root_to_pin(store: DeviceStore, given: bytes | None, built: bytes | None) -> bytes | None:
    """The root that an update is to pin; None where the device has one already, or nobody gave any.

    :param given: what an administrator gave with ``--root``.
    :param built: what the build carries.
    :raises DeviceTrustError: ``other_root``: another one was given than the build's and the device's own.
    """
    pinned = store.pinned_root()
    if given is not None:
        if built is not None and given not in (built, pinned):
            raise DeviceTrustError(
                "This build carries its own root and takes no other: leave --root out. Its fingerprint is "
                f"{fingerprint(built)}; that of the file given is {fingerprint(given)}.",
                code="other_root",
            )
        return given
    return built if pinned is None else None
