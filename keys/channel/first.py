"""The first day of a channel: its folder, its online keys and the first proposal.

Guided: the public files of five root holders and three for each other offline
role are given, and the first proposal waits for their signatures. With ``demo``
one holder has every key, signs at once, and everything says so. Leaves out the
document signers' own first day (``keys.ceremony``).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from keys.channel import holder, planning, proposal, publish, refresh, revoking, sign, wording
from keys.channel.documents import Files
from keys.channel.holdings import HeldKey, Holdings
from keys.channel.place import Channel
from keys.channel.planning import Now, Wish
from keys.channel.roles import ONLINE, offline
from keys.errors import KeysError
from keys.files import locked, make_private_folder, sync_folder, told

DEMO_HOLDER = "Demonstration"


def guided(channel: Channel, holders: Iterable[Holdings], files: Files, now: int) -> None:
    """Make the channel and its first proposal from the holders' public files; whole or not at all."""

    def fill(staged: Channel) -> None:
        keys = [key for each in holders for key in _real(each).keys]
        _propose(staged, keys, files, now, demo=False)

    _made_whole(channel, fill)


def demonstration(channel: Channel, provinces: Iterable[str], files: Files, now: int) -> None:
    """Make a channel with one holder for everything, and publish its first release."""

    def fill(staged: Channel) -> None:
        folder = staged.root / "holder"
        own = holder.make(folder, DEMO_HOLDER, offline(provinces), demo=True)
        _propose(staged, own.keys, files, now, demo=True)
        sign.sign(staged.proposal, folder, now)
        publish.publish(staged, now)
        refresh.refresh(staged, now, revocation=revoking.nothing_revoked(now))

    _made_whole(channel, fill)


def demo_holder(channel: Channel) -> Path:
    """Where the one holder of a demonstration lies."""
    return channel.root / "holder"


def refuse_if_in_use(channel: Channel) -> None:
    """KeysError when the channel's folder has something in it already."""
    if channel.root.exists() and any(channel.root.iterdir()):
        raise KeysError(
            f"{channel.root} is in use, and nothing was changed; `checkpoint-keys status` shows it.",
            code="folder_in_use",
        )


def _real(given: Holdings) -> Holdings:
    if given.demo:
        raise KeysError("a demonstration's holder cannot be a holder of a real channel.", code="demo_holder")
    return given


def _propose(staged: Channel, keys: Iterable[HeldKey], files: Files, now: int, *, demo: bool) -> None:
    own = holder.make(staged.online / "first", "Publisher", ONLINE, demo=demo)
    first = Holdings((), demo).with_keys(keys).with_keys(own.keys)
    proposed = planning.plan(Now(), first, Wish(files=files), now)
    proposal.write(staged.proposal, proposed, wording.readme(proposed))


def _made_whole(channel: Channel, fill: Callable[[Channel], None]) -> None:
    root = channel.root.absolute()
    make_private_folder(root.parent)
    with locked(root.parent / f".{root.name}.lock"):
        refuse_if_in_use(channel)
        staged = Channel(root.parent / f".{root.name}.unfinished")
        shutil.rmtree(staged.root, ignore_errors=True)  # of a first day that a power cut ended
        make_private_folder(staged.root)
        fill(staged)
        with told(root):
            staged.root.rename(root)
        sync_folder(root.parent)
