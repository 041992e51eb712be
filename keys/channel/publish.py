"""Publishing: the open proposal, when every threshold is met, becomes the next release.

All of it happens under the channel's lock. The switch of the pointer is the one
moment at which it happens; what comes after (minutes, removing the proposal,
destroying online keys that are no longer named) is done by the next command when
a power cut prevented it. Leaves out how a release is stored (``release``).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata

from keys.channel import (
    build,
    holder,
    holdings,
    minutes,
    online,
    proposal,
    revoking,
    sign,
    succession,
    thresholds,
    whole,
)
from keys.channel.online import Offline
from keys.channel.place import Channel
from keys.channel.proposal import Proposal
from keys.channel.release import HOLDERS_FILE, MINUTES_FILE, Release, target_file
from keys.entry import iso
from keys.errors import KeysError
from keys.files import make_private_folder, read_public, write_whole


@dataclass(frozen=True)
class Published:
    """What was published, and where its minutes are."""

    release: Release
    minutes: Path


def publish(
    channel: Channel, now: int, *, copies: Iterable[Path] = (), people: minutes.People | None = None
) -> Published:
    """Publish the open proposal with the signatures in it and in ``copies`` of it.

    Raises KeysError, and changes nothing that is published, when a threshold is not met.
    """
    with channel.locked():
        finish(channel)
        for copy in copies:
            take_in(channel.proposal, copy)
        proposed = proposal.read(channel.proposal)
        before = channel.releases.current()
        _refuse_unless_next(proposed, before)
        _refuse_if_dated_back(proposed, before)
        succession.refuse_if_back(before, proposed.files)
        thresholds.refuse_unless_met(proposed)
        sign.check(proposed, now)
        release = _switch(channel, proposed, before, now, people or minutes.People())
        finish(channel)
    return Published(release, minutes_file(channel, release))


def take_in(folder: Path, copy: Path) -> None:
    """Add the signatures of a copy to the proposal; refused when it is a copy of another proposal."""
    ours, theirs = proposal.read(folder), proposal.read(copy)
    if not proposal.same(ours, theirs):
        raise KeysError(
            f"{copy} is a copy of another proposal than {folder}, which may have changed since it was signed; "
            "let the holders sign a new copy.",
            code="other_proposal",
        )
    merged = Proposal(**{**vars(ours), "signatures": theirs.signatures})
    for role in ours.roles:
        for keyid, signature in thresholds.valid_signatures(merged, role).items():
            if keyid not in thresholds.valid_signatures(ours, role):
                proposal.add_signature(folder, role, signature)


def finish(channel: Channel) -> None:
    """Do what follows a switch, as often as it is called: minutes, proposal, old keys, old releases."""
    release = channel.releases.current()
    if release is None:
        return
    page = release.folder / MINUTES_FILE
    if page.exists() and not minutes_file(channel, release).exists():
        make_private_folder(channel.minutes)
        write_whole(minutes_file(channel, release), read_public(page))
    if proposal.exists(channel.proposal) and _is_published(proposal.read(channel.proposal), release):
        proposal.discard(channel.proposal)
    shutil.rmtree(channel.root / f".{channel.proposal.name}.done", ignore_errors=True)
    _destroy_former_keys(channel, release)
    channel.releases.tidy()


def minutes_file(channel: Channel, release: Release) -> Path:
    """Where the minutes of a release are kept."""
    return channel.minutes / f"release-{release.folder.name}.md"


def _switch(channel: Channel, proposed: Proposal, before: Release | None, now: int, people: minutes.People) -> Release:
    signed = {name: _with_signatures(proposed, name) for name in proposed.roles}
    offline = _offline(proposed, signed, before)
    files = {f"metadata/{it.signed.version}.{name}.json": it.to_bytes() for name, it in signed.items()}
    files |= _target_files(proposed)
    signers = channel.online_signers(offline.root, offline.targets)
    files |= online.release_files(offline, before, signers, now, _online_change(proposed, before, now))
    whole.refuse_unless_trusted(files, before, proposed)
    number = before.number + 1 if before else 1
    page = minutes.page(proposed, files, number, iso(now), people)
    private = {HOLDERS_FILE: holdings.dumps(proposed.holdings), MINUTES_FILE: page.encode()}
    return channel.releases.publish(files, private)


def _online_change(proposed: Proposal, before: Release | None, now: int) -> revoking.Change:
    """What the new lists and keys change among the online lists, in the same release."""
    if before is None:
        return revoking.by_holders(proposed.files, lambda _path: None, now)
    keys = [{held.keyid for held in it.of("revocation")} for it in (before.holdings(), proposed.holdings)]
    return revoking.by_holders(proposed.files, before.target, now, new_key=keys[0] != keys[1])


def _refuse_unless_next(proposed: Proposal, before: Release | None) -> None:
    for name, metadata in proposed.roles.items():
        if metadata.signed.version != _version(before, name) + 1:
            raise KeysError(
                f"the proposal has {name} {metadata.signed.version}, and {_version(before, name)} is published; "
                "take it back with `checkpoint-keys withdraw` and propose again.",
                code="stale_proposal",
            )


def _refuse_if_dated_back(proposed: Proposal, before: Release | None) -> None:
    """Scanners take nothing that was dated before what they hold."""
    held: dict[str, Metadata[Any]] = {"root": before.root(), **before.targets()} if before else {}
    for name in held.keys() & proposed.roles.keys():
        new, old = (build.signed_at(it.signed) for it in (proposed.roles[name], held[name]))
        if new < old:
            raise KeysError(
                f"{name} is dated {iso(new)}, before the published one ({iso(old)}), and scanners would refuse it; "
                "correct the clock, take it back with `checkpoint-keys withdraw` and propose again.",
                code="dated_back",
            )


def _version(release: Release | None, role: str) -> int:
    if release is None:
        return 0
    if role == "root":
        return max(release.root_versions())
    targets = release.targets()
    return targets[role].signed.version if role in targets else 0


def _is_published(proposed: Proposal, release: Release) -> bool:
    return all(_same_as_published(name, metadata, release) for name, metadata in proposed.roles.items())


def _same_as_published(name: str, metadata: Metadata[Any], release: Release) -> bool:
    path = f"metadata/{metadata.signed.version}.{name}.json"
    if not (release.public / path).exists():
        return False
    return release.metadata(path.removeprefix("metadata/")).signed_bytes == metadata.signed_bytes


def _with_signatures(proposed: Proposal, name: str) -> Metadata[Any]:
    return Metadata(proposed.roles[name].signed, thresholds.valid_signatures(proposed, name))


def _offline(proposed: Proposal, signed: dict[str, Metadata[Any]], before: Release | None) -> Offline:
    kept = dict(online.offline_part(before).files) if before else {}
    delegated = {"targets", *proposed.holdings.delegated()}
    new = {name: (it.signed.version, it.to_bytes()) for name, it in signed.items() if name != "root"}
    files = {name: it for name, it in (kept | new).items() if name in delegated}
    return Offline(proposed.holdings, proposed.root, proposed.targets, files)


def _target_files(proposed: Proposal) -> dict[str, bytes]:
    listed = {p: it for name, role in proposed.roles.items() if name != "root" for p, it in role.signed.targets.items()}
    return {target_file(listed[path]): data for path, data in proposed.files.items()}


def _destroy_former_keys(channel: Channel, release: Release) -> None:
    named = {held.keyid for held in release.holdings().keys}
    if proposal.exists(channel.proposal):
        named |= {held.keyid for held in proposal.read(channel.proposal).holdings.keys}
    for folder in channel.online_folders():
        if not named & {held.keyid for held in holder.public(folder).keys}:
            holder.destroy(folder)
