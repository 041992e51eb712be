"""What comes next after each step of a ceremony, as commands to be copied, and who does it.

Pure but for looking whether a channel and a proposal are there. ``options`` ends a command
with the folders that were named. Leaves out what is due by when (``status``).
"""

from __future__ import annotations

import shlex
from pathlib import Path

from keys.channel import first, thresholds
from keys.channel.place import Channel
from keys.channel.proposal import Proposal, exists
from keys.channel.release import Release
from keys.channel.revoking import has_list

NEXT = "What to do next:"


def to_publish(channel: Channel, options: str) -> tuple[str, ...]:
    """After signers have changed: how scanners get to know it."""
    if not channel.exists():
        return (
            f"{NEXT} make the trust channel, without which no scanner learns of it:",
            f"  checkpoint-keys init{options} --holder PUBLIC.json (once for each holder)",
        )
    if exists(channel.proposal):
        return (
            f"{NEXT} a proposal is open that does not say it yet. Publish that one first"
            + (", or take it back with `checkpoint-keys withdraw`" if channel.releases.current() else "")
            + ". Then:",
            f"  checkpoint-keys rotate{options}",
        )
    return (
        f"{NEXT} propose it, let the holders sign, and publish, so that scanners learn of it:",
        f"  checkpoint-keys rotate{options}",
    )


def to_sign(channel: Channel, proposed: Proposal, options: str) -> tuple[str, ...]:
    """After a proposal was made: the holders sign, the publisher publishes."""
    folder = shlex.quote(str(channel.proposal))
    if proposed.holdings.demo:
        holder = shlex.quote(str(first.demo_holder(channel)))
        return (
            NEXT,
            f"  checkpoint-keys sign --proposal {folder} --holder {holder}",
            f"  checkpoint-keys publish{options}",
        )
    return (
        NEXT,
        f"1. Here: copy it to a stick for each holder ({_names(proposed)}):",
        f"     cp -r {folder} stick",
        "2. Each holder, on their own machine: read it, compare the hashes, then sign it:",
        "     checkpoint-keys sign --proposal stick --look",
        "     checkpoint-keys sign --proposal stick --holder YOUR-FOLDER",
        "3. Here, with each stick that comes back:",
        f"     checkpoint-keys publish --copy stick{options} --witness NAME --place PLACE",
    )


def after_looking(folder: Path) -> tuple[str, ...]:
    """After a holder has read a proposal."""
    return (
        "Nothing is signed yet.",
        f"{NEXT} compare the hashes with what is read out at the ceremony. When they are the same, sign:",
        f"  checkpoint-keys sign --proposal {shlex.quote(str(folder))} --holder YOUR-FOLDER",
    )


def after_signing(folder: Path, proposed: Proposal) -> tuple[str, ...]:
    """After a holder has signed: who else must, or that the publisher publishes."""
    lacking = [it for it in thresholds.standings(proposed) if it.missing]
    bring = f"{NEXT} bring {folder} back to the publisher"
    if lacking:
        names = ", ".join(sorted({proposed.name_of(keyid) for it in lacking for keyid in it.unsigned}))
        return (f"{bring}, or on to another holder; signatures are missing, which can be given by: {names}.",)
    return (
        f"{bring}: enough holders have signed, and the publisher runs:",
        f"  checkpoint-keys publish --copy {shlex.quote(str(folder))}",
    )


def after_publishing(release: Release, options: str) -> tuple[str, ...]:
    """After a release: the first list of revoked passes, or what comes when."""
    if not has_list(release.target):
        return (
            f"{NEXT} publish the list of revoked passes, without which scanners cannot tell. In a new country:",
            f"  checkpoint-keys refresh --nothing-revoked{options}",
            "Otherwise the register makes the list, and names the command: checkpoint-server revocations --out lists",
        )
    return (
        f"{NEXT} for posts without a network: checkpoint-keys export-bundle --out usb{options}",
        f"What comes after that, and by when: checkpoint-keys status{options}",
    )


def _names(proposed: Proposal) -> str:
    keyids = {keyid for it in thresholds.standings(proposed) for keyid in it.unsigned}
    return ", ".join(sorted({proposed.name_of(keyid) for keyid in keyids}))
