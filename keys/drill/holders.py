"""The holders of the drill: their folders, who is at hand, and a ceremony with as many of them as it needs.

What they do is ``keys.channel``: propose, sign a copy on one's own machine, publish when the thresholds are met. The
first publication is always tried with one signature too few, and must be refused.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

from keys.channel import first, holder, proposing, publish, sign
from keys.channel.documents import Files
from keys.channel.holdings import Holdings
from keys.channel.place import Channel
from keys.channel.planning import Wish
from keys.channel.release import Release
from keys.drill.light import lighten_holder
from keys.errors import KeysError

_ALL = ("root", "targets", "keys", "unrevocation")
PEOPLE = {"An": _ALL, "Bình": _ALL, "Chi": _ALL, "Dũng": ("root",), "Giang": ("root",)}
LOST, COMES = "Dũng", "Hải"
ROLES = _ALL


class Holders:
    """Everybody who holds a key of an offline role.

    :ivar met: ceremonies so far; ``refused`` publications that lacked a signature.
    """

    def __init__(self, folder: Path, channel: Channel, luck: Random) -> None:
        self._folder, self._channel, self._luck = folder, channel, luck
        self._stick = folder / "stick"
        self._people = list(PEOPLE)
        self.met = self.refused = 0

    def first_day(self, files: Files, now: int) -> Release:
        """Make everybody's keys, and the channel's first release."""
        publics = [self._make(name, roles) for name, roles in PEOPLE.items()]
        first.guided(self._channel, publics, files, now)
        self._lighten_online()
        return self._signed_and_published(now)

    def meet(self, files: Files, now: int, *, new_online: bool = False, replace_lost: bool = False) -> Release:
        """One ceremony: all offline roles are signed again, with new files, and what else is to change."""
        go: tuple[str, ...] = ()
        come: tuple[Holdings, ...] = ()
        if replace_lost:
            self._people.remove(LOST)
            come, go = (self._make(COMES, PEOPLE[LOST]),), (LOST,)
        wish = Wish(files, proposing.people(come, demo=False), go, ROLES)
        proposing.propose(self._channel, wish, now, new_online=new_online)
        self._lighten_online()
        release = self._signed_and_published(now)
        if replace_lost:
            self._people.append(COMES)
        return release

    def _make(self, name: str, roles: tuple[str, ...]) -> Holdings:
        made = holder.make(self._folder / name, name, roles)
        lighten_holder(self._folder / name)
        return made

    def _lighten_online(self) -> None:
        for folder in self._channel.online_folders():
            lighten_holder(folder)

    def gather(self, publish: Callable[[Path], bool], now: int) -> None:
        """Whoever comes signs a copy, in the order in which they come, until ``publish`` says that it is out."""
        self.met += 1
        for name in self._luck.sample(self._people, len(self._people)):
            if not self._sign_a_copy(name, now):
                continue
            if publish(self._stick):
                return
            self.refused += 1
        raise KeysError("all holders have signed, and it is not enough.", code="threshold_not_met")

    def _signed_and_published(self, now: int) -> Release:
        self.gather(lambda copy: self._published(copy, now), now)
        return self._channel.current()

    def _published(self, copy: Path, now: int) -> bool:
        try:
            publish.publish(self._channel, now, copies=[copy])
        except KeysError as error:
            if error.code != "threshold_not_met":
                raise
            return False
        return True

    def _sign_a_copy(self, name: str, now: int) -> bool:
        """One holder signs a copy of their own; False when nothing in it is for this holder."""
        shutil.rmtree(self._stick, ignore_errors=True)
        shutil.copytree(self._channel.proposal, self._stick)
        try:
            sign.sign(self._stick, self._folder / name, now)
        except KeysError as error:
            if error.code != "not_asked":
                raise
            return False
        return True
