"""One update: stage a copy of what is held, verify the new beside it, then switch whole.

The plan: 1. copy the current metadata into the stage; 2. python-tuf's client verifies the source's metadata
against it, from the pinned root on, by our trusted time; 3. every target is fetched and verified; 4. the
policy judges the dates; 5. the content must make trust data; 6. the stage becomes the current set.
Whatever fails before 6 leaves the device as it was (docs/adr/0012). No key, no network: the source is an
argument.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.metadata import Metadata, Root, Targets
from tuf.ngclient import TargetFile, Updater, UpdaterConfig

from keys.client import clock, kinds, load, manifest, policy, refusals
from keys.client.errors import DeviceTrustError, UpdateRefused
from keys.client.fetch import BASE, Budget, SourceFetcher
from keys.client.manifest import Manifest
from keys.client.policy import RoleFacts
from keys.client.sources import Source
from keys.client.store import DeviceStore, HeldSet, device_errors

CONFIG = UpdaterConfig(
    max_root_rotations=4_096,  # one a week, from the pinned root on: as many as 78 years have
    root_max_length=512_000,
    timestamp_max_length=16_384,
    snapshot_max_length=200_000,
    targets_max_length=1_000_000,
)


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did.

    :ivar changed: False when the device already held exactly this.
    :ivar now: the trusted time after it, Unix seconds.
    """

    held: HeldSet
    changed: bool
    now: float
    requests: int
    received: int


def update(
    store: DeviceStore,
    source: Source,
    device_clock: float,
    *,
    root: bytes | None = None,
    budget: Budget | None = None,
    reset_time: bool = False,
) -> Updated:
    """Bring the device to what the source offers, or leave it as it is.

    :param device_clock: Unix seconds, as the device says.
    :param root: the root to pin, at enrolment only; it comes from a file of the administrators.
    :param reset_time: a supervisor says that the last time seen was wrong: this update forgets it, when it is taken.
    :raises UpdateRefused: the source's fault; DeviceTrustError: the device's.
    """
    with store.locked():
        pinned = _root_to_trust(store, root)
        before = store.whole_or_none()
        fetcher = SourceFetcher(source, budget or Budget(), store.root)
        facts = root_facts(pinned)
        last_seen = 0.0 if reset_time else store.last_seen()
        floor = max(last_seen, policy.floor_of([facts, *(before.manifest.roles if before else ())]))
        now = clock.trusted_time(device_clock, floor)
        with refusals.told(fetcher):
            stage = _Stage(store.empty_stage(), before)
            roles = stage.fill(fetcher, pinned, now)
            now = policy.check(roles, now, clock_is_behind=clock.is_behind(device_clock, floor))
            policy.check_not_older(roles, before.manifest.roles if before else ())
            held, changed = _take(store, stage, Manifest(now, roles, stage.hashes()), before)
        store.pin(pinned)
        (store.reset_last_seen if reset_time else store.note_last_seen)(now)
    return Updated(held, changed, now, fetcher.requests, fetcher.received)


def root_facts(root: bytes) -> RoleFacts:
    """Read a root that is to be pinned, checked by its own signatures.

    :raises DeviceTrustError: ``bad_root``.
    """
    try:
        metadata = Metadata[Root].from_bytes(root)
        metadata.verify_delegate(kinds.ROOT, metadata)
        return _facts(kinds.ROOT, metadata)
    except Exception as error:  # python-tuf raises many kinds for bytes that are no root
        sentence = "The root given is no root.json that its own holders signed."
        raise DeviceTrustError(sentence, code="bad_root") from error


def _root_to_trust(store: DeviceStore, root: bytes | None) -> bytes:
    pinned = store.pinned_root()
    if root is not None and root != pinned:
        root_facts(root)
        if pinned is None or not store.exists():
            return root
        store.pin(root)  # refuses, with its sentence
    if pinned is None:
        raise store.no_root()
    return pinned


def _take(store: DeviceStore, stage: _Stage, new: Manifest, before: HeldSet | None) -> tuple[HeldSet, bool]:
    if before is not None and not before.note and new.files == before.manifest.files:
        store.empty_stage()
        return before, False
    load.check_content(stage.folder, before.folder if before else None)
    return store.switch_to_staged(new, before), True


class _Stage:
    """The folder in which an update is verified, beside the set that the device goes on using."""

    def __init__(self, folder: Path, before: HeldSet | None) -> None:
        self.folder = folder
        self._before = before.folder if before else None
        self._metadata = folder / manifest.METADATA
        self._metadata.mkdir()
        (folder / manifest.TARGETS).mkdir()
        if before is not None:
            self._copy_metadata(before)

    def fill(self, fetcher: SourceFetcher, pinned: bytes, now: float) -> tuple[RoleFacts, ...]:
        """Verify everything that the source offers into this folder, and return what the roles state."""
        updater = updater_at(now, self._metadata, fetcher, pinned)
        updater.refresh()
        signed = dict(self._load_delegated(updater))
        if any(path not in signed[role].targets for path, role in kinds.NEEDED.items() if role in signed) or not set(
            kinds.NEEDED.values()
        ).issubset(signed):
            raise UpdateRefused(
                f"The update lacks {' or '.join(kinds.NEEDED)}: no pass could be judged by it.", code="update_lacks"
            )
        self._fetch_targets(updater, signed)
        return self._tidy({kinds.ROOT, kinds.TIMESTAMP, kinds.SNAPSHOT, *signed})

    def _copy_metadata(self, before: HeldSet) -> None:
        for path in before.manifest.files:
            if path.startswith(f"{manifest.METADATA}/"):
                (self.folder / path).parent.mkdir(exist_ok=True)
                shutil.copyfile(before.folder / path, self.folder / path)

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file in this folder, by its path."""
        paths = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return {path.relative_to(self.folder).as_posix(): manifest.hash_file(path) for path in paths}

    def _load_delegated(self, updater: Updater) -> Iterator[tuple[str, Targets]]:
        """The role `targets` and each delegated role that is known here, their files disjoint."""
        top = self._signed(kinds.TARGETS)
        delegations = top.delegations.roles if top.delegations and top.delegations.roles else {}
        for path in top.targets:
            if any(role.is_delegated_path(path) for role in delegations.values()):
                raise _misplaced(path, kinds.TARGETS)
        yield kinds.TARGETS, top
        for name, role in delegations.items():
            own = kinds.file_of(name)
            if own is None:
                continue  # a later release's; it signs nothing that this one reads
            owners = [other for other, it in delegations.items() if it.is_delegated_path(own)]
            if owners != [name] or not role.terminating:
                raise _misplaced(own, name)
            updater.get_targetinfo(own)  # loads and verifies the role, whether it has the file or not
            yield name, self._signed(name)

    def _fetch_targets(self, updater: Updater, signed: dict[str, Targets]) -> None:
        wanted = [(path, target) for role in signed.values() for path, target in role.targets.items()]
        if len(wanted) > kinds.MOST_TARGETS:
            raise UpdateRefused(f"The update has more than {kinds.MOST_TARGETS} files.", code="update_too_large")
        for path, target in wanted:
            if not kinds.is_safe_path(path):
                raise UpdateRefused(f"The update names the file {path[:80]!r}, no plain name.", code="bad_path")
            if target.length > kinds.MOST_TARGET_BYTES:
                raise UpdateRefused(
                    f"The update is refused: {path} is larger than {kinds.MOST_TARGET_BYTES} bytes.",
                    code="update_too_large",
                )
            if updater.get_targetinfo(path) != target:  # a role that lists a file it may not sign
                raise _misplaced(path, "another role")
            self._fetch_target(updater, path, target)

    def _fetch_target(self, updater: Updater, path: str, target: TargetFile) -> None:
        file = manifest.target_file(path)
        held = self._before and updater.find_cached_target(target, str(self._before / file))
        if held:
            shutil.copyfile(held, self.folder / file)
        else:
            updater.download_target(target, str(self.folder / file), f"{BASE}targets/")

    def _tidy(self, names: set[str]) -> tuple[RoleFacts, ...]:
        """Leave only the metadata of this update's roles and the roots' history."""
        facts = tuple(_facts(name, Metadata.from_file(str(self._path(name)))) for name in sorted(names))
        kept = {self._path(name) for name in names if name != kinds.ROOT}
        for path in list(self._metadata.iterdir()):
            if path not in kept and (path.is_symlink() or path.is_file()):
                path.unlink()
        return facts

    def _signed(self, role: str) -> Targets:
        return Metadata[Targets].from_file(str(self._path(role))).signed

    def _path(self, role: str) -> Path:
        return self._metadata / f"{role}.json"


def updater_at(now: float, metadata: Path, fetcher: SourceFetcher, pinned: bytes) -> Updater:
    """python-tuf's client, which judges expiry by ``now`` and not by the device's clock.

    tuf 7 has no argument for the time; its trusted set holds it in one attribute, which a test pins.
    """
    with device_errors():
        updater = Updater(str(metadata), f"{BASE}metadata/", fetcher=fetcher, config=CONFIG, bootstrap=pinned)
    trusted = updater._trusted_set  # noqa: SLF001 - see above
    trusted.reference_time = datetime.max.replace(tzinfo=UTC)  # a clock beyond all calendars: everything has expired
    with contextlib.suppress(OverflowError, OSError, ValueError):
        trusted.reference_time = datetime.fromtimestamp(now, UTC)
    return updater


def _facts(name: str, metadata: Metadata[Root]) -> RoleFacts:
    signed = metadata.signed
    said = signed.unrecognized_fields
    return RoleFacts(
        name,
        signed.version,
        signed.expires.timestamp(),
        load.moment(said.get("signed_at")),
        said.get("demo") is True,
    )


def _misplaced(path: str, role: str) -> UpdateRefused:
    return UpdateRefused(
        f"The update is refused: {path} is not signed by the one role that may sign it ({role} does).",
        code="update_misplaced",
    )
