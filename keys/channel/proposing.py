"""Proposing a change to a channel that is out: what is published is read, the next versions are written.

Leaves out what follows from a wish (``planning``) and the words (``wording``).
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from keys.channel import holder, planning, proposal, publish, revoking, succession, wording
from keys.channel.holdings import HeldKey, Holdings
from keys.channel.place import Channel
from keys.channel.planning import Now, Wish
from keys.channel.proposal import Proposal
from keys.channel.release import Release
from keys.channel.roles import ONLINE, WARN_AFTER
from keys.channel.status import data_age
from keys.entry import iso
from keys.errors import KeysError


def propose(channel: Channel, wish: Wish, now: int, *, new_online: bool = False) -> Proposal:
    """Write the next proposal; one is open at a time.

    ``new_online`` also makes new online keys and proposes them in the place of the present ones.
    """
    with channel.locked():
        publish.finish(channel)
        _refuse_if_open(channel)
        release = channel.current()
        succession.refuse_if_back(release, wish.files)
        revoking.by_holders(wish.files, release.target, now, new_key=new_online)  # refused before anybody signs
        if new_online:
            wish = _with_new_online(channel, release, wish, now)
        proposed = planning.plan(_now(release), release.holdings(), wish, now)
        proposal.write(channel.proposal, proposed, wording.readme(proposed))
    return proposed


def withdraw(channel: Channel) -> None:
    """Take the open proposal back; nothing that is published changes."""
    with channel.locked():
        publish.finish(channel)
        if channel.releases.current() is None:
            raise KeysError("the first proposal cannot be taken back; remove the folder instead.", code="first")
        proposal.read(channel.proposal)
        proposal.discard(channel.proposal)
        publish.finish(channel)


def due_roles(release: Release, now: int) -> tuple[str, ...]:
    """The offline roles that are best signed again at a ceremony today: dated longer ago than half their week."""
    offline = {"root": release.root().signed} | {
        name: it.signed for name, it in release.targets().items() if name != "revocation"
    }
    return tuple(name for name, signed in offline.items() if data_age(name, signed, now) > WARN_AFTER // 2)


def people(come: Iterable[Holdings], *, demo: bool) -> tuple[HeldKey, ...]:
    """The keys of holders who come, from their public files; refused when a demonstration is mixed with a real one."""
    given = tuple(come)
    if any(each.demo != demo for each in given):
        raise KeysError("a demonstration's holders and real ones cannot be mixed.", code="demo_holder")
    return tuple(key for each in given for key in each.keys)


def _refuse_if_open(channel: Channel) -> None:
    if proposal.exists(channel.proposal):
        raise KeysError(
            f"a proposal is open in {channel.proposal}; publish it, or take it back with `checkpoint-keys withdraw`.",
            code="proposal_open",
        )


def _with_new_online(channel: Channel, release: Release, wish: Wish, now: int) -> Wish:
    base = f"{iso(now)[:10]}-after-{release.number}"
    # Never a folder that is there: its keys were withdrawn, or a power cut ended it, and they are destroyed.
    names = itertools.chain((base,), (f"{base}-{number}" for number in itertools.count(2)))
    name = next(name for name in names if not (channel.online / name).exists())
    made = holder.make(channel.online / name, f"Publisher {name}", ONLINE, demo=release.holdings().demo)
    former = [held.keyid for role in ONLINE for held in release.holdings().of(role)]
    return replace(wish, come=(*wish.come, *made.keys), go=(*wish.go, *former))


def _now(release: Release) -> Now:
    return Now(release.root(), release.targets(), release.holdings(), release.offline_files())
