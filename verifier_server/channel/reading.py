"""What the channel's folder says now: the release, its roles, the open proposal and the minutes.

Reads public metadata and the names of its holders; never a holder's folder nor the online keys,
which may lie beside it. A signature counts here only when it is good, as it does for scanners.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata

from keys.channel import build, proposal
from keys.channel.holdings import Holdings
from keys.channel.proposal import Proposal
from keys.channel.release import Release
from keys.channel.roles import ALARM_BEFORE, ONLINE, STALE_AFTER, TOP_LEVEL, WARN_AFTER, rule_of
from keys.errors import KeysError
from keys.files import read_public

_ORDER = ("root", "targets", "keys", "unrevocation", "revocation", "snapshot", "timestamp")
_PROVINCES = 2 * _ORDER.index("unrevocation") + 1
HOLDERS_FILE, MINUTES = "holders.json", "release-*.md"


@dataclass(frozen=True, slots=True)
class Role:
    """A role as it is published; times are Unix seconds.

    :ivar holders: who may sign it, and ``signed_by`` who has: names, or the beginning of an unknown key.
    :ivar signed_at: None for the two roles that do not say it; ``begins`` then follows from their period.
    :ivar judged: whether scanners judge the age of what it says.
    """

    name: str
    version: int
    threshold: int
    holders: tuple[str, ...]
    signed_by: tuple[str, ...]
    signed_at: int | None
    begins: int
    expires: int
    judged: bool

    @property
    def online(self) -> bool:
        """Whether the publisher's machine signs it by itself."""
        return self.name in ONLINE

    @property
    def warns_at(self) -> int:
        """From when on scanners warn, or at the latest something has to be done."""
        return self.begins + WARN_AFTER if self.judged else self.expires - (0 if self.online else ALARM_BEFORE)

    @property
    def stale_at(self) -> int:
        """From when on scanners cannot tell: too old, or expired."""
        return min(self.begins + STALE_AFTER, self.expires) if self.judged else self.expires

    @property
    def is_met(self) -> bool:
        """Whether enough good signatures are there."""
        return len(self.signed_by) >= self.threshold


@dataclass(frozen=True, slots=True)
class Published:
    """The release that scanners get.

    :ivar number: None when only a copy of the files is here, without the releases.
    """

    release: Release
    number: int | None
    holdings: Holdings
    roles: tuple[Role, ...]


class ChannelFolder:
    """The channel as far as it is on this machine.

    :param published: the folder that is served to scanners, or the link to it.
    """

    def __init__(self, published: Path) -> None:
        self._published = published
        self.root = published.parent

    def published(self) -> Published | None:
        """The release; None before the first. KeysError when it is damaged."""
        if not (self._published / "metadata").is_dir():
            return None
        public = self._published.resolve()  # one release, even if the link is switched meanwhile
        release = Release(public.parent)
        release.public = public
        known = (public.parent / HOLDERS_FILE).is_file()
        holdings = release.holdings() if known else Holdings((), demo=build.is_demo(release.root().signed))
        number = int(public.parent.name) if public.parent.name.isdigit() else None
        return Published(release, number, holdings, _roles(release, holdings))

    def proposal(self) -> Proposal | None:
        """The open proposal, if there is one. KeysError when it is damaged."""
        folder = self.root / "proposal"
        return proposal.read(folder) if proposal.exists(folder) else None

    def minutes(self) -> tuple[int, ...]:
        """The numbers of the releases whose minutes are here, the newest first."""
        names = (path.stem.removeprefix("release-") for path in (self.root / "minutes").glob(MINUTES))
        return tuple(sorted((int(name) for name in names if name.isdigit()), reverse=True))

    def minutes_of(self, number: int) -> str | None:
        """The minutes of a release as they were written (Markdown); None when they are not here."""
        path = self.root / "minutes" / f"release-{number:06d}.md"
        return read_public(path).decode("utf-8", "replace") if path.is_file() else None


def _roles(release: Release, holdings: Holdings) -> tuple[Role, ...]:
    root, targets = release.root(), release.targets()
    found: dict[str, Metadata[Any]] = {"root": root, **targets}
    found |= {"snapshot": release.snapshot(), "timestamp": release.timestamp()}
    try:
        delegators = {name: root if name in TOP_LEVEL else targets["targets"] for name in found}
        roles = [_role(name, it, delegators[name].signed, holdings) for name, it in found.items()]
    except (KeyError, ValueError) as problem:
        raise KeysError(f"{release.public} is damaged: nobody delegates to {problem}.", code="damaged") from problem
    return tuple(sorted(roles, key=_place))


def _place(role: Role) -> tuple[int, str]:
    """Roles stand in the order in which trust flows; provinces after the nation's offline roles."""
    return 2 * _ORDER.index(role.name) if role.name in _ORDER else _PROVINCES, role.name


def _role(name: str, metadata: Metadata[Any], delegator: Any, holdings: Holdings) -> Role:
    signed, rule = metadata.signed, rule_of(name)
    result = delegator.get_verification_result(name, metadata.signed_bytes, metadata.signatures)
    expires = int(signed.expires.timestamp())
    signed_at = build.signed_at(signed) if rule.dated else None
    return Role(
        name=name,
        version=signed.version,
        threshold=result.threshold,
        holders=_names(delegator.get_delegated_role(name).keyids, holdings),
        signed_by=_names(result.signed, holdings),
        signed_at=signed_at,
        begins=expires - rule.period if signed_at is None else signed_at,
        expires=expires,
        judged=rule.dated and name != "root",
    )


def _names(keyids: Any, holdings: Holdings) -> tuple[str, ...]:
    return tuple(sorted(holdings.named(keyid) for keyid in keyids))
