"""The signed parts of TUF metadata: who is named, what is listed, how long it lasts.

Pure: holders, files, the version before and the time in; unsigned objects of
``tuf.api.metadata`` out. Offline roles carry ``signed_at``, because TUF signs
only when something ends and scanners judge age. So does revocation, for its age
alone: what an online key says never moves a scanner's clock. In a demonstration every
role says ``"demo": true``. Leaves out signatures (``sign``) and files.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Key,
    Metadata,
    MetaFile,
    Role,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from keys.channel.documents import Files, checked
from keys.channel.holdings import Holdings
from keys.channel.roles import TOP_LEVEL, RoleRule
from keys.entry import iso, seconds
from keys.errors import KeysError


def root(holdings: Holdings, previous: Root | None, now: int) -> Root:
    """The next root: the keys and thresholds of the four top-level roles."""
    roles = {
        name: Role([held.keyid for held in holdings.of(name)], holdings.rule(name).threshold) for name in TOP_LEVEL
    }
    return Root(
        version=_next(previous),
        expires=_expiry(holdings.rule("root"), now),
        keys=_keys(holdings, TOP_LEVEL),
        roles=roles,
        consistent_snapshot=True,
        unrecognized_fields=_marks(holdings.rule("root"), holdings.demo, now),
    )


def top_targets(holdings: Holdings, previous: Targets | None, files: Files, now: int) -> Targets:
    """The next ``targets``: its own files (the vaccine table) and the delegations, disjoint and terminating."""
    made = role_targets("targets", holdings, previous, files, now)
    delegated = holdings.delegated()
    made.delegations = Delegations(
        keys=_keys(holdings, delegated), roles={name: _delegation(holdings, name) for name in delegated}
    )
    return made


def role_targets(
    name: str, holdings: Holdings, previous: Targets | None, files: Files, now: int, gone: Collection[str] = ()
) -> Targets:
    """The next version of one role's files: those of the version before but the ``gone``, and ``files``."""
    rule = holdings.rule(name)
    kept = {path: it for path, it in previous.targets.items() if path not in gone} if previous else {}
    new = {path: TargetFile.from_data(path, data, ["sha256"]) for path, data in checked(files).items()}
    return Targets(
        version=_next(previous),
        expires=_expiry(rule, now),
        targets=kept | new,
        unrecognized_fields=_marks(rule, holdings.demo, now),
    )


def snapshot(
    holdings: Holdings, previous: Snapshot | None, parts: Mapping[str, tuple[int, bytes]], now: int
) -> Snapshot:
    """The next snapshot: version, length and hash of every targets role's metadata (``parts`` by role)."""
    rule = holdings.rule("snapshot")
    return Snapshot(
        version=_next(previous),
        expires=_expiry(rule, now),
        meta={f"{role}.json": MetaFile.from_data(version, data, ["sha256"]) for role, (version, data) in parts.items()},
        unrecognized_fields=_marks(rule, holdings.demo, now),
    )


def timestamp(holdings: Holdings, previous: Timestamp | None, version: int, snapshot: bytes, now: int) -> Timestamp:
    """The next timestamp: which snapshot is the newest."""
    rule = holdings.rule("timestamp")
    return Timestamp(
        version=_next(previous),
        expires=_expiry(rule, now),
        snapshot_meta=MetaFile.from_data(version, snapshot, ["sha256"]),
        unrecognized_fields=_marks(rule, holdings.demo, now),
    )


def signed_at(signed: Signed) -> int:
    """When an offline role was dated, in Unix seconds; KeysError when it says nothing usable."""
    try:
        return seconds(str(signed.unrecognized_fields["signed_at"]))
    except (KeyError, ValueError) as error:
        raise KeysError(f"the {signed.type} metadata does not say when it was signed.", code="damaged") from error


def is_demo(signed: Signed) -> bool:
    """Whether metadata says that it is a demonstration's."""
    return signed.unrecognized_fields.get("demo") is True


def read(data: bytes, where: str) -> Metadata[Any]:
    """Metadata from bytes; KeysError names the file when it is damaged."""
    try:
        metadata: Metadata[Any] = Metadata.from_bytes(data)
    except Exception as error:  # its own errors, and whatever hostile JSON makes its parser raise
        raise KeysError(f"{where} is damaged: it is no TUF metadata.", code="damaged") from error
    return metadata


def _delegation(holdings: Holdings, name: str) -> DelegatedRole:
    rule = holdings.rule(name)
    keyids = [held.keyid for held in holdings.of(name)]
    return DelegatedRole(name, keyids, rule.threshold, terminating=True, paths=list(rule.paths))


def _keys(holdings: Holdings, roles: tuple[str, ...]) -> dict[str, Key]:
    return {held.keyid: held.key for name in roles for held in holdings.of(name)}


def _next(previous: Signed | None) -> int:
    return previous.version + 1 if previous else 1


def _expiry(rule: RoleRule, now: int) -> datetime:
    return datetime.fromtimestamp(now + rule.period, UTC)


def _marks(rule: RoleRule, demo: bool, now: int) -> dict[str, Any]:
    marks: dict[str, Any] = {"signed_at": iso(now)} if rule.dated else {}
    return marks | ({"demo": True} if demo else {})
