"""Takes the texts that a camera reads, and updates the device as soon as a loop is whole.

The loop's files go through the same update as a stick's: verified by TUF from the pinned root, staged, switched
whole. A loop that is refused, or of an older state, is passed over, and others that are shown go on. Can be
interrupted for any time between two frames. Leaves out the camera, and words on a screen.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable

from keys.client import kinds
from keys.client.errors import UpdateRefused
from keys.client.manifest import Manifest as HeldManifest
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.errors import KeysError
from keys.loop import keeping
from keys.loop.assembling import Assembly, Progress, Whole
from keys.loop.manifest import Manifest
from keys.loop.source import LoopSource

log = logging.getLogger(__name__)

_ROOT = re.compile(r"metadata/root_history/([0-9]+)\.root\.json")


class Taking:
    """One device that is shown loops.

    :param root: the root to pin, at enrolment only, as with every update.
    :param clock: the device's clock, Unix seconds.
    :param reset_time: see `keys.client.update.update`.
    :raises DeviceTrustError: ``no_root`` when none is pinned and none given; or the device's folder is unusable.
    """

    def __init__(
        self,
        store: DeviceStore,
        *,
        root: bytes | None = None,
        clock: Callable[[], float] = time.time,
        reset_time: bool = False,
    ) -> None:
        self._store, self._root, self._clock, self._reset_time = store, root, clock, reset_time
        self._assembly = Assembly(trusted_root(store, root))
        held = store.whole_or_none()
        self._held = held.manifest if held else None
        self._is_complete = keeping.is_kept(store) and not reset_time

    @property
    def progress(self) -> Progress | None:
        """Of the loop that is ahead; None before the first frame."""
        return self._assembly.progress

    @property
    def refusal(self) -> UpdateRefused | None:
        """Why a loop was refused, the last one; None when none was."""
        return self._assembly.refusals[-1] if self._assembly.refusals else None

    def take(self, text: str) -> bool | None:
        """Take a text in. True: the device was updated; False: it holds already what is shown; None: go on.

        :raises DeviceTrustError: the device's own fault, such as no room.
        """
        if not self._assembly.take(text):
            return None
        for loop_id, told in self._assembly.manifests:
            if _is_of_held_root(told, self._held) and self._is_settled(loop_id, told):
                return False
        whole = self._assembly.whole
        return None if whole is None else self._updated(whole)

    def _is_settled(self, loop_id: bytes, told: Manifest) -> bool:
        """True for exactly what the device holds; an older state is refused before its blocks are collected.

        A device that has no loop of what it holds goes on collecting, so that it can show it on; so does one whose
        time is to be reset, which only an update does.
        """
        held = self._held.role(kinds.TIMESTAMP) if self._held else None
        if held is not None and told.release < held.version:
            sentence = "The codes shown are of an older state than this device already holds."
            self._assembly.refuse(loop_id, UpdateRefused(sentence, code="update_rolled_back"))
        return held is not None and told.release == held.version and self._is_complete

    def _updated(self, whole: Whole) -> bool | None:
        try:
            source = LoopSource(whole.files)
            done = update(self._store, source, self._clock(), root=self._root, reset_time=self._reset_time)
        except UpdateRefused as refusal:
            self._assembly.refuse(whole.loop_id, refusal)
            return None
        try:
            keeping.keep(self._store, whole.loop)
        except KeysError as error:  # the update is taken; only showing it on has to wait
            log.warning("The loop of codes was not kept: %s", error.message)
        return done.changed


def trusted_root(store: DeviceStore, root: bytes | None) -> bytes:
    """The newest root that the device has verified, else the pinned one, else ``root``.

    :raises DeviceTrustError: ``no_root``.
    """
    held = store.whole_or_none()
    if held is not None:
        versions = {int(found[1]): path for path in held.manifest.files if (found := _ROOT.fullmatch(path))}
        if versions:
            return (held.folder / versions[max(versions)]).read_bytes()
    pinned = store.pinned_root() or root
    if pinned is None:
        raise store.no_root()
    return pinned


def _is_of_held_root(told: Manifest, held: HeldManifest | None) -> bool:
    """Versions count within one root only: after stolen online keys a new root begins them anew."""
    role = held.role(kinds.ROOT) if held else None
    return role is not None and role.version == told.root_version
