"""From what an administrator wants to the next proposal: which roles change, and what they will say.

Pure: what is published, the holders, the wish and the time in, a ``Proposal``
out. A role is signed anew when its files or its keys change, or when that is
asked for; a change of keys also changes the role that names them. Leaves out
where the wish comes from (``proposing``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tuf.api.metadata import Metadata, Root, Targets

from keys.channel import build, rails
from keys.channel.documents import Files
from keys.channel.holdings import HeldKey, Holdings
from keys.channel.proposal import Proposal
from keys.channel.roles import ONLINE, TOP_LEVEL, role_of_path
from keys.errors import KeysError


@dataclass(frozen=True)
class Wish:
    """What is to change: new files, keys that come and go, roles to sign again as they are."""

    files: Files = field(default_factory=dict)
    come: tuple[HeldKey, ...] = ()
    go: tuple[str, ...] = ()
    renew: tuple[str, ...] = ()


@dataclass(frozen=True)
class Now:
    """What scanners trust now, or nothing on the first day."""

    root: Metadata[Root] | None = None
    targets: Mapping[str, Metadata[Targets]] = field(default_factory=dict)
    holdings: Holdings | None = None
    files: Files = field(default_factory=dict)


def plan(now: Now, first: Holdings, wish: Wish, at: int) -> Proposal:
    """The next proposal; ``first`` are the holders when nothing is published yet.

    Raises KeysError when nothing would change, or the result is beyond the guard rails.
    """
    holdings = now.holdings or first
    after = _holdings_after(holdings, wish)
    refuse_unless_complete(after)
    changed = _changed_roles(now, holdings, after, wish)
    if not changed:
        raise KeysError("nothing would change: nothing is proposed.", code="nothing_changes")
    roles = {name: _signed(name, now, after, wish, at) for name in after.offline() if name in changed}
    before = {path: data for path, data in now.files.items() if role_of_path(path) in roles}
    files = {path: data for path, data in {**now.files, **wish.files}.items() if role_of_path(path) in roles}
    proposed = Proposal(after, roles, now.root, now.targets.get("targets"), now.holdings, before, files)
    rails.check(proposed.root, proposed.targets)
    return proposed


def refuse_unless_complete(holdings: Holdings) -> None:
    """KeysError unless every role has as many keys as the table says, no more and no fewer."""
    for role in ("root", "targets", "keys", "unrevocation", *ONLINE, *holdings.roles()):
        count, wanted = len(holdings.of(role)), holdings.rule(role).holders
        if count != wanted:
            raise KeysError(
                f"{role} would have {count} key{'' if count == 1 else 's'} and needs {wanted}: "
                f"name {'more' if count < wanted else 'fewer'} holders.",
                code="wrong_number_of_holders",
            )
        _refuse_one_name_twice(role, [held.holder for held in holdings.of(role)])


def _refuse_one_name_twice(role: str, names: list[str]) -> None:
    """Two signatures must be two people's: whoever reads "An and An have signed" cannot tell."""
    for name in names:
        if names.count(name) > 1:
            raise KeysError(
                f"{name} would hold two keys of {role}; give another holder, or one of them another name.",
                code="one_name_twice",
            )


def _holdings_after(before: Holdings, wish: Wish) -> Holdings:
    after = before
    for who in wish.go:
        after = after.without(who)
    return after.with_keys(wish.come)


def _changed_roles(now: Now, before: Holdings, after: Holdings, wish: Wish) -> set[str]:
    if now.root is None:
        return set(after.offline())
    _refuse_unknown(wish.renew, after)
    moved = {role for role in (*before.roles(), *after.roles()) if _keyids(before, role) != _keyids(after, role)}
    naming = {"root" if role in TOP_LEVEL else "targets" for role in moved}
    changed = moved | naming | {role_of_path(path) for path in _new_files(now, wish)} | set(wish.renew)
    unknown = changed - set(after.offline()) - set(ONLINE) - moved
    if unknown:
        raise KeysError(f"no holder has a key for {min(unknown)}; add its holders first.", code="unknown_role")
    return changed - set(ONLINE)


def _refuse_unknown(renew: tuple[str, ...], after: Holdings) -> None:
    for role in renew:
        if role not in after.offline():
            raise KeysError(
                f"there is no role {role!r:.40} to sign again; there are {', '.join(after.offline())}, and `all`.",
                code="unknown_role",
            )


def _keyids(holdings: Holdings, role: str) -> set[str]:
    return {held.keyid for held in holdings.of(role)}


def _new_files(now: Now, wish: Wish) -> Files:
    """Those of the wished files that differ from what is published."""
    return {path: data for path, data in wish.files.items() if now.files.get(path) != data}


def _signed(name: str, now: Now, after: Holdings, wish: Wish, at: int) -> Metadata[Any]:
    if name == "root":
        return Metadata(build.root(after, now.root.signed if now.root else None, at))
    previous = now.targets[name].signed if name in now.targets else None
    files = {path: data for path, data in wish.files.items() if role_of_path(path) == name}
    if name == "targets":
        return Metadata(build.top_targets(after, previous, files, at))
    return Metadata(build.role_targets(name, after, previous, files, at))
