"""Guard rails: what no root and no delegation of ours may say, whoever signs it.

Checked when a proposal is made, on each holder's machine before it signs, and
again before it is published. Pure: metadata in, a KeysError or nothing out.
Leaves out whether signatures are enough (``thresholds``).
"""

from __future__ import annotations

import fnmatch
import itertools
from collections.abc import Iterable, Mapping

from tuf.api.metadata import DelegatedRole, Role, Root, Signed, Targets

from keys.channel.roles import rule_of
from keys.errors import KeysError

_WILD = frozenset("*?[")


def check(root: Root, targets: Targets) -> None:
    """Refuse a threshold that is none, a key in two offline roles, and delegations that overlap."""
    named = _named_roles(root, targets)
    demo = root.unrecognized_fields.get("demo") is True
    for name, role in named.items():
        _check_threshold(name, role, 1 if demo else rule_of(name).threshold)
    _check_keys_apart(named, demo=demo)
    _check_delegations(targets)


def check_period(name: str, signed: Signed, signed_at: int) -> None:
    """Refuse offline metadata that outlives the table's period (a thief would like it to)."""
    longest = rule_of(name).period
    if signed.expires.timestamp() - signed_at > longest:
        raise KeysError(f"{name} would last for more than {longest // 86_400} days.", code="lasts_too_long")


def overlap(one: str, other: str) -> bool:
    """Whether two TUF path patterns can match the same path; when in doubt, they can."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return one.count("/") == other.count("/") and all(_parts_overlap(a, b) for a, b in pairs)


def _parts_overlap(one: str, other: str) -> bool:
    if _WILD & set(one) and _WILD & set(other):
        return True
    return fnmatch.fnmatchcase(one, other) or fnmatch.fnmatchcase(other, one)


def _named_roles(root: Root, targets: Targets) -> Mapping[str, Role]:
    delegated = targets.delegations.roles if targets.delegations and targets.delegations.roles else {}
    return {**root.roles, **delegated}


def _check_threshold(name: str, role: Role, least: int) -> None:
    if role.threshold < least:
        raise KeysError(
            f"the threshold of {name} would be {role.threshold}; it may not be less than {least}.",
            code="threshold_too_low",
        )
    if len(role.keyids) < role.threshold:
        raise KeysError(
            f"{name} needs {role.threshold} signatures and would have {len(role.keyids)} keys; name more holders.",
            code="too_few_keys",
        )


def _check_keys_apart(named: Mapping[str, Role], *, demo: bool) -> None:
    for (one, first), (other, second) in itertools.combinations(named.items(), 2):
        shared = set(first.keyids) & set(second.keyids)
        if shared:
            raise KeysError(
                f"the key {min(shared)[:16]} would sign {one} and {other}; every role has keys of its own"
                f"{', in a demonstration too' if demo else ''}.",
                code="key_in_two_roles",
            )


def _check_delegations(targets: Targets) -> None:
    roles = list(targets.delegations.roles.values()) if targets.delegations and targets.delegations.roles else []
    for role in roles:
        if not role.terminating:
            raise KeysError(f"the delegation to {role.name} does not end the search.", code="not_terminating")
        if role.paths is None or set(role.paths) != set(rule_of(role.name).paths):
            raise KeysError(f"the delegation to {role.name} is for other files than its own.", code="wrong_paths")
    _check_disjoint(roles, targets.targets)


def _check_disjoint(roles: list[DelegatedRole], own: Iterable[str]) -> None:
    for one, other in itertools.combinations(roles, 2):
        if any(overlap(a, b) for a in one.paths or () for b in other.paths or ()):
            raise KeysError(f"the files of {one.name} and {other.name} would overlap.", code="paths_overlap")
    for path, role in itertools.product(own, roles):
        if role.is_delegated_path(path):
            raise KeysError(f"{path} is a file of {role.name}; targets may not sign it.", code="paths_overlap")
