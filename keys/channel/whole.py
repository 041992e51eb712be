"""The last look before the switch: whether who trusts the release before would accept this one.

The signatures are followed from the former root to every targets role, as TUF
section 5 does. Leaves out clocks: a release is checked when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tuf.api.metadata import Metadata

from keys.channel import build, thresholds
from keys.channel.proposal import Proposal
from keys.channel.release import Release
from keys.errors import KeysError


def refuse_unless_trusted(files: Mapping[str, bytes], before: Release | None, proposed: Proposal | None = None) -> None:
    """KeysError unless the new files, with those of the release before, make a chain of good signatures."""
    view = _View(files, before)
    root = _root(view, before, proposed)
    timestamp = _verified(view, root, "timestamp", "timestamp.json")
    snapshot = _named(view, root, "snapshot", timestamp.signed.snapshot_meta)
    meta = snapshot.signed.meta
    targets = _named(view, root, "targets", meta["targets.json"])
    for role in targets.signed.delegations.roles:
        _named(view, targets, role, meta[f"{role}.json"])
    if set(meta) != {"targets.json", *(f"{role}.json" for role in targets.signed.delegations.roles)}:
        raise KeysError("the snapshot lists other roles than targets delegates to.", code="bad_snapshot")


class _View:
    def __init__(self, files: Mapping[str, bytes], before: Release | None) -> None:
        self._files, self._before = files, before

    def data(self, name: str) -> bytes:
        path = f"metadata/{name}"
        if path in self._files:
            return self._files[path]
        if self._before is None:
            raise KeysError(f"{name} is missing from the release.", code="missing_file")
        return self._before.data(path)


def _root(view: _View, before: Release | None, proposed: Proposal | None) -> Metadata[Any]:
    former = before.root() if before else None
    if proposed is None or "root" not in proposed.roles:
        if former is None:
            raise KeysError("the release has no root.", code="missing_file")
        return former
    root = build.read(view.data(f"{proposed.root.version}.root.json"), "the new root")
    for delegator in (former, root):
        if delegator:
            thresholds.verify(delegator.signed, "root", root)
    return root


def _named(view: _View, delegator: Metadata[Any], role: str, meta: Any) -> Metadata[Any]:
    name = f"{meta.version}.{role}.json"
    try:
        meta.verify_length_and_hashes(view.data(name))
    except KeysError:
        raise
    except Exception as error:
        raise KeysError(f"{name} is not the file that was listed.", code="bad_snapshot") from error
    return _verified(view, delegator, role, name)


def _verified(view: _View, delegator: Metadata[Any], role: str, name: str) -> Metadata[Any]:
    metadata = build.read(view.data(name), name)
    thresholds.verify(delegator.signed, role, metadata)
    return metadata
