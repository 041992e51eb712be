"""The roles of the trust channel: how many holders, how many must sign, how long it lasts, which files.

The table is DESIGN's (Trust): root 3 of 5; targets, keys, un-revocation and each
province's rules 2 of 3, offline; revocation, snapshot and timestamp online, one
key each. Every role has keys of its own. A demonstration has one holder and
thresholds of one. Leaves out whose keys they are (``holdings``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from keys.errors import KeysError
from vaccine_pass.verify import STALE_AFTER_DAYS, WARN_AFTER_DAYS

DAY = 86_400
OFFLINE_PERIOD = 35 * DAY
# What is carried by hand is as long on its way as data counts as fresh (docs/adr/0011). Clients take a timestamp up
# to 8 days ahead of their time, and a clock may be a day behind.
JOURNEY = WARN_AFTER_DAYS * DAY
# Scanners warn when what a role says is older than this, and later answer "cannot tell".
WARN_AFTER, STALE_AFTER = WARN_AFTER_DAYS * DAY, STALE_AFTER_DAYS * DAY
# An offline role is signed again at the latest this long before it expires.
ALARM_BEFORE = 14 * DAY

# The newest list of revoked passes is compared with the register every day, and dated anew: a weekend may be missed,
# before scanners warn.
COMPARED_WITHIN = 3 * DAY

_PROVINCE = re.compile(r"\d{2}")
_RULES = re.compile(r"rules-(\d{2})")


@dataclass(frozen=True)
class RoleRule:
    """What the table says of one role; the period is in seconds, the paths are TUF path patterns."""

    name: str
    threshold: int
    holders: int
    period: int
    online: bool = False
    paths: tuple[str, ...] = ()

    @property
    def delegated(self) -> bool:
        """Whether the role ``targets`` delegates to it, rather than root naming it."""
        return bool(self.paths)

    @property
    def dated(self) -> bool:
        """Whether it says when it was signed: the offline roles and revocation, whose ages scanners judge."""
        return self.name not in {"snapshot", "timestamp"}

    @property
    def carries_data(self) -> bool:
        """Whether scanners judge the age of what this role signs (all offline roles but root)."""
        return not self.online and self.name != "root"


_FIXED = {
    rule.name: rule
    for rule in (
        RoleRule("root", 3, 5, OFFLINE_PERIOD),
        RoleRule("targets", 2, 3, OFFLINE_PERIOD),
        RoleRule("keys", 2, 3, OFFLINE_PERIOD, paths=("keys/*",)),
        RoleRule("unrevocation", 2, 3, OFFLINE_PERIOD, paths=("unrevocation/*",)),
        RoleRule("revocation", 1, 1, 8 * DAY, online=True, paths=("revocation/*",)),
        RoleRule("snapshot", 1, 1, 8 * DAY, online=True),
        RoleRule("timestamp", 1, 1, JOURNEY, online=True),
    )
}
TOP_LEVEL = ("root", "targets", "snapshot", "timestamp")
ONLINE = ("revocation", "snapshot", "timestamp")


def rule_of(name: str, *, demo: bool = False) -> RoleRule:
    """The table's line for a role; in a demonstration one holder is enough. KeysError for no role."""
    rule = _FIXED.get(name) or _rules_of_province(name)
    return replace(rule, threshold=1, holders=1) if demo else rule


def offline(provinces: Iterable[str]) -> tuple[str, ...]:
    """The names of all offline roles, with a role of rules for each province."""
    return ("root", "targets", "keys", "unrevocation", *(rules_role(province) for province in provinces))


def rules_role(province: str) -> str:
    """``rules-79`` for the province of code 79; KeysError when it is not two digits."""
    if not _PROVINCE.fullmatch(province):
        raise KeysError(f"{province!r:.20} is no province; give its code of two digits, as 79.", code="bad_province")
    return f"rules-{province}"


def role_of_path(path: str) -> str:
    """Which role signs a target file: ``keys/signers.json`` is of ``keys``, ``rules/79/…`` of ``rules-79``."""
    folder, *rest = path.split("/")
    if folder == "rules" and len(rest) == 2:
        return rules_role(rest[0])
    return folder if folder in {"keys", "unrevocation", "revocation"} else "targets"


def _rules_of_province(name: str) -> RoleRule:
    match = _RULES.fullmatch(name)
    if not match:
        raise KeysError(
            f"there is no role {name!r:.40}; there are {', '.join(_FIXED)} and rules-NN of a province.",
            code="unknown_role",
        )
    return RoleRule(name, 2, 3, OFFLINE_PERIOD, paths=(f"rules/{match[1]}/*",))
