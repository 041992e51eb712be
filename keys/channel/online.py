"""The online half of a release: revocation, snapshot and timestamp, signed by the publisher's own keys.

These keys can only add revocations and say which of the offline-signed files are
the newest; what a thief of them can do is bounded by the offline roles. Leaves
out when (``refresh``, ``publish``) and the switch (``release``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Signed, Targets

from keys.channel import build
from keys.channel.holdings import Holdings
from keys.channel.release import Release, target_file
from keys.channel.revoking import NO_CHANGE, Change
from keys.channel.roles import DAY, JOURNEY

# Re-signed when less than this is left: the timestamp twice a day, the others early enough for a weekend without
# the publisher.
_LEFT = {"revocation": 5 * DAY, "snapshot": 5 * DAY, "timestamp": JOURNEY - DAY // 2}


@dataclass(frozen=True)
class Offline:
    """What the offline holders have signed: the root, and every targets role's metadata file by role."""

    holdings: Holdings
    root: Root
    targets: Targets
    files: Mapping[str, tuple[int, bytes]] = field(default_factory=dict)


def release_files(
    offline: Offline,
    before: Release | None,
    signers: Mapping[str, CryptoSigner],
    now: int,
    change: Change = NO_CHANGE,
    *,
    again: bool = False,
) -> dict[str, bytes]:
    """The online files of the next release, by path below ``public``: a new snapshot and timestamp at least.

    ``again`` signs revocation anew, too, before it is due.
    """
    made = _revocation(offline, before, signers["revocation"], now, change, again=again)
    version, data = made.parts
    parts = {**offline.files, "revocation": made.parts}
    snapshot = build.snapshot(offline.holdings, before.snapshot().signed if before else None, parts, now)
    snapshot_bytes = _signed(snapshot, signers["snapshot"])
    previous = before.timestamp().signed if before else None
    timestamp = build.timestamp(offline.holdings, previous, snapshot.version, snapshot_bytes, now)
    return {
        **made.files,
        f"metadata/{version}.revocation.json": data,
        f"metadata/{snapshot.version}.snapshot.json": snapshot_bytes,
        "metadata/timestamp.json": _signed(timestamp, signers["timestamp"]),
    }


def timestamp_alone(
    offline: Offline, before: Release, signers: Mapping[str, CryptoSigner], now: int
) -> dict[str, bytes]:
    """Only a new timestamp, for the same snapshot: what most refreshes are."""
    version = before.snapshot().signed.version
    data = before.data(f"metadata/{version}.snapshot.json")
    timestamp = build.timestamp(offline.holdings, before.timestamp().signed, version, data, now)
    return {"metadata/timestamp.json": _signed(timestamp, signers["timestamp"])}


def offline_part(release: Release) -> Offline:
    """What is published of the offline roles, as it is."""
    targets = release.targets()
    files = {
        name: (it.signed.version, release.data(f"metadata/{it.signed.version}.{name}.json"))
        for name, it in targets.items()
        if name != "revocation"
    }
    return Offline(release.holdings(), release.root().signed, targets["targets"].signed, files)


def is_due(signed: Signed, role: str, now: int) -> bool:
    """Whether an online role is to be signed again."""
    return signed.expires.timestamp() - now < _LEFT[role]


def ends_on_the_way(signed: Signed, now: int) -> bool:
    """Whether an online role ends more than half a day before what is carried by hand from now on should."""
    return signed.expires.timestamp() - now < JOURNEY - DAY // 2


def due_at(signed: Signed, role: str) -> int:
    """When an online role is to be signed again, Unix seconds."""
    return int(signed.expires.timestamp()) - _LEFT[role]


@dataclass(frozen=True)
class _Made:
    parts: tuple[int, bytes]
    files: Mapping[str, bytes]


def _revocation(
    offline: Offline, before: Release | None, signer: CryptoSigner, now: int, change: Change, *, again: bool
) -> _Made:
    former = before.targets().get("revocation") if before else None
    due = again or bool(change) or (former is not None and is_due(former.signed, "revocation", now))
    if before and former and not due and _by(former, signer):
        version = former.signed.version
        return _Made((version, before.data(f"metadata/{version}.revocation.json")), {})
    signed = build.role_targets(
        "revocation", offline.holdings, former.signed if former else None, change.files, now, change.gone
    )
    named = {target_file(signed.targets[path]): data for path, data in change.files.items()}
    return _Made((signed.version, _signed(signed, signer)), named)


def _by(former: Metadata[Targets], signer: CryptoSigner) -> bool:
    return signer.public_key.keyid in former.signatures


def _signed(signed: Signed, signer: CryptoSigner) -> bytes:
    metadata: Metadata[Signed] = Metadata(signed)  # type: ignore[type-var]
    metadata.sign(signer)
    return metadata.to_bytes()
