"""The channel's part of ``status`` in plain words: what is signed by whom, what ends when, what to do next and by when.

Pure over what is read before: a release and the open proposal, and the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Signed

from keys.channel import build, online, thresholds
from keys.channel.documents import SIGNERS
from keys.channel.holdings import Holdings
from keys.channel.proposal import Proposal
from keys.channel.release import Release
from keys.channel.revoking import compared_at, has_list
from keys.channel.roles import ALARM_BEFORE, COMPARED_WITHIN, DAY, ONLINE, STALE_AFTER, WARN_AFTER, rule_of
from keys.channel.wording import DEMO, summary_of
from keys.client.fingerprint import fingerprint
from keys.entry import iso


@dataclass(frozen=True)
class Due:
    """One thing to do: what, the command for it, and by when (Unix seconds).

    ``kind`` says the same as ``what`` for programs (``publish``, ``sign``, ``renew``, ``refresh``,
    ``revocations``, ``signers``), and ``who`` the holders or roles that are meant.
    """

    what: str
    command: str
    by: int
    kind: str = ""
    who: tuple[str, ...] = ()


def heading(release: Release | None, proposed: Proposal | None) -> list[str]:
    """What stands above everything else: that this is a demonstration."""
    return [DEMO, ""] if _holdings(release, proposed).demo else []


def lines(release: Release | None, proposed: Proposal | None, now: int, where: Path | None = None) -> list[str]:
    """What is published, by whom it is signed, and what is proposed (``where``: in this folder), for people."""
    holdings = _holdings(release, proposed)
    said = _published(release, holdings, now) if release else ["Nothing is published yet."]
    said += ["", *_holders(holdings)] if release else []
    return [*said, *(["", *_open(proposed, where)] if proposed else [])]


def as_document(
    release: Release | None, proposed: Proposal | None, now: int, options: str = "", more: tuple[Due, ...] = ()
) -> dict[str, Any]:
    """The same for programs."""
    holdings = _holdings(release, proposed)
    return {
        "at": iso(now),
        "demo": holdings.demo,
        "release": release.number if release else None,
        "roles": [_role_document(name, it, holdings) for name, it in _roles(release).items()] if release else [],
        "holders": [_holders_document(role, holdings) for role in holdings.offline()],
        "proposal": [_standing_document(it, proposed) for it in thresholds.standings(proposed)] if proposed else None,
        "next": [
            {"what": it.what, "command": it.command, "by": iso(it.by)}
            for it in next_steps(release, proposed, now, options, more)
        ],
    }


def next_steps(
    release: Release | None, proposed: Proposal | None, now: int, options: str = "", more: tuple[Due, ...] = ()
) -> list[Due]:
    """What an administrator has to do, the most urgent first."""
    steps = [*(_for_proposal(proposed, now, options) if proposed else []), *more]
    if release:
        steps += [*_for_offline(release, options, proposed), _for_online(release, options)]
    if release and not has_list(release.target):
        command = f"checkpoint-keys refresh --nothing-revoked{options}"
        what = (
            "publish the list of revoked passes: without one scanners cannot tell (this is for a new country; "
            "any other begins with `checkpoint-server revocations --out lists`)"
        )
        steps.append(Due(what, command, now, "revocations"))
    return sorted([*steps, *(_for_comparison(release, now) if release else ())], key=lambda step: step.by)


def changed_signers(
    release: Release | None, proposed: Proposal | None, signers: bytes, now: int, options: str = ""
) -> tuple[Due, ...]:
    """What is due when the key folder's list of signers is neither published nor proposed."""
    files = proposed.files if proposed else {}
    if release is None or signers in {release.target(SIGNERS), files.get(SIGNERS)}:
        return ()
    what = "propose the signers that have changed: scanners do not know it yet"
    return (Due(what, f"checkpoint-keys rotate{options}", now, "signers"),)


def data_age(name: str, signed: Signed, now: int) -> int:
    """The age in seconds by which scanners judge a role's data; 0 for a role that carries none (root)."""
    return max(0, now - build.signed_at(signed)) if rule_of(name).carries_data else 0


def days(seconds: float) -> str:
    """A length of time in words: ``3 days``, ``5 hours``; one that is over says so."""
    if seconds < 0:
        return f"{days(-seconds)} ago"
    count, unit = (int(seconds // DAY), "day") if seconds >= 2 * DAY else (int(seconds // 3600), "hour")
    return f"{count} {unit}{'' if count == 1 else 's'}"


def _holdings(release: Release | None, proposed: Proposal | None) -> Holdings:
    return release.holdings() if release else proposed.holdings if proposed else Holdings(())


def _roles(release: Release) -> Mapping[str, Metadata[Any]]:
    return {
        "root": release.root(),
        **release.targets(),
        "snapshot": release.snapshot(),
        "timestamp": release.timestamp(),
    }


def _published(release: Release, holdings: Holdings, now: int) -> list[str]:
    lines = [f"Published: release {release.number} in {release.public}"]
    lines += [f"  {_line(name, it, holdings, now)}" for name, it in _roles(release).items()]
    # What a scanner says of the root that it has pinned: to be compared by voice.
    return [*lines, "Root 1, SHA-256:", f"  {fingerprint(release.data('metadata/1.root.json'))}"]


def _line(name: str, metadata: Metadata[Any], holdings: Holdings, now: int) -> str:
    names = ", ".join(sorted(holdings.named(keyid) for keyid in metadata.signatures))
    end = int(metadata.signed.expires.timestamp())
    ends = f"expires {iso(end)} (in {days(end - now)})" if end > now else f"EXPIRED {iso(end)}"
    dated = f", dated {iso(build.signed_at(metadata.signed))}" if rule_of(name).dated else ""
    return f"{name:<13} version {metadata.signed.version}, signed by {names}{dated}, {ends}{_age(name, metadata, now)}"


def _age(name: str, metadata: Metadata[Any], now: int) -> str:
    age = data_age(name, metadata.signed, now) if name not in ONLINE else 0
    if age > STALE_AFTER:
        return '; TOO OLD: scanners answer "cannot tell"'
    return "; OLD: scanners warn" if age > WARN_AFTER else ""


def _holders(holdings: Holdings) -> list[str]:
    said = ["Holders"]
    for role in holdings.offline():
        names = ", ".join(sorted(held.holder for held in holdings.of(role)))
        said.append(f"  {role:<13} {names} ({holdings.rule(role).threshold} must sign)")
    return said


def _open(proposed: Proposal, where: Path | None) -> list[str]:
    place = f" in {where}" if where else ""
    lines = [f"Open proposal{place}, dated {iso(proposed.signed_at)}", *(f"  {line}" for line in summary_of(proposed))]
    lines.append("Signatures")
    return lines + [f"  {thresholds.sentence(it, proposed)}" for it in thresholds.standings(proposed)]


def _for_proposal(proposed: Proposal, now: int, options: str) -> list[Due]:
    lacking = [it for it in thresholds.standings(proposed) if it.missing]
    if not lacking:
        return [Due("publish the open proposal", f"checkpoint-keys publish{options}", now, "publish")]
    names = tuple(sorted({proposed.name_of(keyid) for it in lacking for keyid in it.unsigned}))
    command = "checkpoint-keys sign --proposal PROPOSAL --holder HOLDER"
    return [Due(f"sign the open proposal ({', '.join(names)})", command, now, "sign", names)]


def _for_offline(release: Release, options: str, proposed: Proposal | None) -> list[Due]:
    command = f"checkpoint-keys propose --renew all{options}"
    offline = {name: it.signed for name, it in _roles(release).items() if name not in ONLINE}
    waiting = set(proposed.roles) if proposed else set()
    dues = {name: _due(name, signed) for name, signed in offline.items() if name not in waiting}
    if not dues:
        return []
    first = min(dues.values())
    names = tuple(name for name, by in dues.items() if by == first)
    return [Due(f"let the holders sign again: {', '.join(names)}", command, first, "renew", names)]


def _due(name: str, signed: Signed) -> int:
    alarm = int(signed.expires.timestamp()) - ALARM_BEFORE
    return min(alarm, build.signed_at(signed) + WARN_AFTER) if rule_of(name).carries_data else alarm


def _for_comparison(release: Release, now: int) -> tuple[Due, ...]:
    """Due when nobody has compared the list with the register for days; the role's refresh does not look."""
    compared = compared_at(release.target)
    if compared is None or now - compared <= COMPARED_WITHIN:
        return ()
    what = (
        f"compare the list of revoked passes with the register: it is of {iso(compared)} ({days(now - compared)} ago)"
    )
    by = compared + COMPARED_WITHIN
    return (Due(what, "checkpoint-server revocations --out lists", by, "compare"),)


def _for_online(release: Release, options: str) -> Due:
    signed = {name: it.signed for name, it in _roles(release).items() if name in ONLINE}
    by = min(online.due_at(it, name) for name, it in signed.items())
    what = "refresh the online roles (a timer does it every hour)"
    return Due(what, f"checkpoint-keys refresh{options}", by, "refresh")


def sentence(due: Due, now: int) -> str:
    """When, what, and the command."""
    when = "NOW" if due.by <= now else f"by {iso(due.by)} (in {days(due.by - now)})"
    return f"{when}: {due.what}: {due.command}"


def _role_document(name: str, metadata: Metadata[Any], holdings: Holdings) -> dict[str, Any]:
    signed = metadata.signed
    return {
        "role": name,
        "version": signed.version,
        "signed_by": sorted(holdings.named(keyid) for keyid in metadata.signatures),
        "signed_at": iso(build.signed_at(signed)) if rule_of(name).dated else None,
        "expires": iso(signed.expires.timestamp()),
    }


def _holders_document(role: str, holdings: Holdings) -> dict[str, Any]:
    names = sorted(held.holder for held in holdings.of(role))
    return {"role": role, "threshold": holdings.rule(role).threshold, "holders": names}


def _standing_document(standing: thresholds.Standing, proposed: Proposal) -> dict[str, Any]:
    return {
        "role": standing.role,
        "by_former_root": standing.whose == "before",
        "threshold": standing.threshold,
        "signed": [proposed.name_of(keyid) for keyid in standing.signed],
        "missing": standing.missing,
        "may_sign": [proposed.name_of(keyid) for keyid in standing.unsigned],
    }
