"""Keeping the online roles fresh: a job for every hour, which signs early and alarms when it cannot go on.

It renews the timestamp, the snapshot and the revocation role before they end,
and carries new revocation files. It cannot renew an offline role: it says in
time, by sentences and an exit code, that the holders must. Leaves out the
timer itself (cron, systemd).
"""

from __future__ import annotations

from dataclasses import dataclass

from keys.channel import holdings, online, publish, revoking, whole
from keys.channel.documents import Files
from keys.channel.place import Channel
from keys.channel.release import HOLDERS_FILE, Release
from keys.channel.revoking import Change
from keys.channel.roles import ALARM_BEFORE, COMPARED_WITHIN, WARN_AFTER
from keys.channel.status import data_age, days
from keys.entry import iso


@dataclass(frozen=True)
class Refreshed:
    """The release that is out now, what was signed again, and what the holders must do soon."""

    release: Release
    renewed: tuple[str, ...]
    alarms: tuple[str, ...]


def refresh(channel: Channel, now: int, *, revocation: Files | None = None, journey: bool = False) -> Refreshed:
    """Sign again what is due, and publish it; with ``revocation`` files, publish these at once.

    For a ``journey`` by hand also what would end on the way. Running it again changes nothing until something is
    due. Raises KeysError when it cannot sign.
    """
    with channel.locked():
        publish.finish(channel)
        before = channel.current()
        change = revoking.by_online_key(revocation or {}, before.target)
        renewed = _due(before, now, change, journey=journey)
        release = _publish(channel, before, renewed, now, change) if renewed else before
        publish.finish(channel)
    return Refreshed(release, renewed, alarms(release, now))


def alarms(release: Release, now: int) -> tuple[str, ...]:
    """One sentence for each thing that people must do now: a signature of holders, a comparison with the register."""
    root = release.root().signed
    offline = {"root": root} | {name: it.signed for name, it in release.targets().items() if name != "revocation"}
    found = []
    for name, signed in offline.items():
        left = int(signed.expires.timestamp()) - now
        reason = data_age(name, signed, now)
        if left < ALARM_BEFORE:
            found.append(f"{name} expires {iso(now + left)} ({days(left)}): its holders must sign it again now.")
        elif reason > WARN_AFTER:
            found.append(f"{name} was dated {days(reason)} ago and scanners warn: its holders must sign it again now.")
    return (*found, *_not_compared(release, now))


def _not_compared(release: Release, now: int) -> tuple[str, ...]:
    """This job dates the role anew and never looks into the register: that somebody does is checked by the list."""
    compared = revoking.compared_at(release.target)
    if compared is None or now - compared <= COMPARED_WITHIN:
        return ()
    sentence = (
        f"the list of revoked passes was last compared with the register {days(now - compared)} ago "
        f"({iso(compared)}), and what was revoked since is not known to be on it: run "
        "`checkpoint-server revocations --out lists` and the command that it names, every day."
    )
    return (sentence,)


def _due(before: Release, now: int, change: Change, *, journey: bool) -> tuple[str, ...]:
    signed = {
        "revocation": before.targets()["revocation"].signed,
        "snapshot": before.snapshot().signed,
        "timestamp": before.timestamp().signed,
    }
    due = {role for role, it in signed.items() if online.is_due(it, role, now)}
    due |= {role for role, it in signed.items() if journey and online.ends_on_the_way(it, now)}
    if change:
        due.add("revocation")
    if "revocation" in due:
        due.add("snapshot")
    if due:
        due.add("timestamp")
    return tuple(role for role in signed if role in due)


def _publish(channel: Channel, before: Release, renewed: tuple[str, ...], now: int, change: Change) -> Release:
    part = online.offline_part(before)
    signers = channel.online_signers(part.root, part.targets)
    if "snapshot" in renewed:
        files = online.release_files(part, before, signers, now, change, again="revocation" in renewed)
    else:
        files = online.timestamp_alone(part, before, signers, now)
    whole.refuse_unless_trusted(files, before)
    return channel.releases.publish(files, {HOLDERS_FILE: holdings.dumps(part.holdings)})
