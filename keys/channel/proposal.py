"""A proposal: a folder with unsigned metadata, the files it lists, and the signatures gathered so far.

    proposal/README.md                       what changes, in plain words, and what a holder does
    proposal/holders.json                    holders and public keys after the change
    proposal/metadata/<version>.<role>.json  to be signed
    proposal/before/…                        root, targets, holders and files of now (absent the first time)
    proposal/targets/<path>                  every file that the proposed roles list
    proposal/signatures/<role>/<key id>.json one signature of one key

It is copied to each holder's machine and back; since one key's signature is one
file, copies are merged by copying, and one key cannot count twice. It holds
nothing secret. Leaves out who may sign (``thresholds``) and publishing.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from securesystemslib.signer import Signature
from tuf.api.metadata import Metadata, Root, Targets

from keys.channel import build, holdings
from keys.channel.holdings import Holdings
from keys.errors import KeysError
from keys.files import make_private_folder, read_public, sync_folder, told, write_whole

_LARGEST = 5_000_000


@dataclass(frozen=True)
class Proposal:
    """What is to be published once it has been signed.

    ``roles`` is unsigned metadata by role, ``files`` every file that these roles list,
    by path. What ends in ``_before`` is of now, and empty on the first day: it tells a
    holder what changes, and proves nothing but the former root's keys. ``signatures``
    by role and key id are not verified here.
    """

    holdings: Holdings
    roles: Mapping[str, Metadata[Any]]
    root_before: Metadata[Root] | None = None
    targets_before: Metadata[Targets] | None = None
    holdings_before: Holdings | None = None
    files_before: Mapping[str, bytes] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    signatures: Mapping[str, Mapping[str, Signature]] = field(default_factory=dict)

    @property
    def root(self) -> Root:
        """The root that will be trusted: the proposed one, or the one of now."""
        root: Root = _signed(self.roles.get("root") or self.root_before)
        return root

    @property
    def targets(self) -> Targets:
        """The top-level targets that will be trusted: the proposed ones, or those of now."""
        targets: Targets = _signed(self.roles.get("targets") or self.targets_before)
        return targets

    def name_of(self, keyid: str) -> str:
        """Who holds a key, after the change or before it."""
        known = self.holdings.with_keys(self.holdings_before.keys if self.holdings_before else ())
        return known.named(keyid)

    @property
    def signed_at(self) -> int:
        """The date that the signatures will bear, Unix seconds."""
        return build.signed_at(next(iter(self.roles.values())).signed)


def exists(folder: Path) -> bool:
    """Whether a proposal lies in the folder."""
    return (folder / "metadata").is_dir()


def write(folder: Path, proposal: Proposal, readme: str) -> None:
    """Write a new proposal, whole or not at all; refused when one is open there."""
    if folder.exists():
        raise KeysError(
            f"a proposal is open in {folder}; publish it, or take it back with `checkpoint-keys withdraw`.",
            code="proposal_open",
        )
    staged = folder.parent / f".{folder.name}.unfinished"
    shutil.rmtree(staged, ignore_errors=True)
    for path, data in _contents(proposal, readme).items():
        make_private_folder((staged / path).parent)
        write_whole(staged / path, data)
    with told(folder):
        staged.rename(folder)
    sync_folder(folder.parent)


def read(folder: Path) -> Proposal:
    """Read a proposal and the signatures in it; KeysError when there is none, or it is damaged."""
    if not exists(folder):
        raise KeysError(f"there is no proposal in {folder}{_where_instead(folder)}", code="no_proposal")
    roles = {path.name.split(".")[1]: _metadata(path) for path in sorted(folder.glob("metadata/*.json"))}
    if not roles:
        raise KeysError(f"{folder} is damaged: it proposes nothing.", code="damaged")
    after = _holdings(folder / "holders.json")
    if after is None:  # what is published has metadata too
        raise KeysError(
            f"{folder} is no proposal, or a damaged one: it has no holders.json; bring the publisher's folder "
            "`proposal` again, whole.",
            code="damaged",
        )
    return Proposal(
        after,
        roles,
        _metadata_if_there(folder / "before" / "root.json"),
        _metadata_if_there(folder / "before" / "targets.json"),
        _holdings(folder / "before" / "holders.json"),
        _files(folder / "before" / "targets"),
        _files(folder / "targets"),
        {role: _signatures(folder / "signatures" / role) for role in roles},
    )


def _where_instead(folder: Path) -> str:
    inner = folder / "proposal"  # where `cp -r` puts it when the stick's folder is there already
    if exists(inner):
        return f", but in {inner} there is one: name that folder."
    return ": it is published or taken back already, or this is not the folder that the publisher handed over."


def add_signature(folder: Path, role: str, signature: Signature) -> None:
    """Put one key's signature into the proposal, in the place of one it made before."""
    place = folder / "signatures" / role
    make_private_folder(place)
    data = json.dumps(signature.to_dict(), indent=1) + "\n"
    write_whole(place / f"{signature.keyid}.json", data.encode("ascii"))


def discard(folder: Path) -> None:
    """Remove a proposal; a power cut leaves it whole, or leaves rubbish that is in nobody's way."""
    rubbish = folder.parent / f".{folder.name}.done"
    shutil.rmtree(rubbish, ignore_errors=True)
    if folder.exists():
        with told(folder):
            folder.rename(rubbish)
        sync_folder(folder.parent)
    shutil.rmtree(rubbish, ignore_errors=True)


def same(one: Proposal, other: Proposal) -> bool:
    """Whether two copies propose the same bytes (their signatures may differ)."""
    return {name: it.signed_bytes for name, it in one.roles.items()} == {
        name: it.signed_bytes for name, it in other.roles.items()
    }


def _contents(proposal: Proposal, readme: str) -> dict[str, bytes]:
    contents = {"README.md": readme.encode(), "holders.json": holdings.dumps(proposal.holdings)}
    contents |= {f"metadata/{it.signed.version}.{name}.json": it.to_bytes() for name, it in proposal.roles.items()}
    before = {"root": proposal.root_before, "targets": proposal.targets_before}
    contents |= {f"before/{name}.json": it.to_bytes() for name, it in before.items() if it}
    contents |= {f"before/targets/{path}": data for path, data in proposal.files_before.items()}
    if proposal.holdings_before:
        contents["before/holders.json"] = holdings.dumps(proposal.holdings_before)
    return contents | {f"targets/{path}": data for path, data in proposal.files.items()}


def _signed(metadata: Metadata[Any] | None) -> Any:
    if metadata is None:
        raise KeysError("the proposal is damaged: it has no root or no targets.", code="damaged")
    return metadata.signed


def _metadata(path: Path) -> Metadata[Any]:
    return build.read(read_public(path), str(path))


def _metadata_if_there(path: Path) -> Metadata[Any] | None:
    return _metadata(path) if path.exists() else None


def _holdings(path: Path) -> Holdings | None:
    return holdings.loads(read_public(path), str(path)) if path.exists() else None


def _files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): read_public(path) for path in paths}


def _signatures(folder: Path) -> dict[str, Signature]:
    return {path.stem: _signature(path) for path in sorted(folder.glob("*.json"))}


def _signature(path: Path) -> Signature:
    try:
        signature = Signature.from_dict(json.loads(read_public(path)[:_LARGEST]))
        sound = signature.keyid == path.stem and isinstance(signature.signature, str)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise KeysError(f"{path} is no signature of that key; remove it.", code="damaged")
    return signature
