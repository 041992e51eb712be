"""A trust channel with a past, for pictures: five holders of root, weekly ceremonies, and a proposal half signed.

Made by the real commands' own functions at past times. One province is late; a new holder is to take
another's place. The holders' folders are thrown away: none of them lies beside the server.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from keys import pkcs8
from keys.channel import documents, first, holder, minutes, proposing, publish, refresh, revoking, sign
from keys.channel.place import Channel
from keys.channel.planning import Wish
from keys.lifecycle import DAY
from keys.store import KeyStore

NATION, PROVINCE = ("root", "targets", "keys", "unrevocation"), ("rules-79",)
HOLDERS = {
    "Nguyễn Văn An": NATION,
    "Trần Thị Bình": NATION,
    "Lê Minh Châu": NATION,
    "Phạm Quốc Dũng": ("root",),
    "Võ Thị Giang": ("root",),
    "Hồ Minh Khang": PROVINCE,
    "Đặng Thu Lan": PROVINCE,
    "Bùi Văn Minh": PROVINCE,
}
LEAVES, COMES = "Võ Thị Giang", "Đỗ Thanh Hải"
THREE = ("Nguyễn Văn An", "Trần Thị Bình", "Phạm Quốc Dũng")
TWO_OF_THE_PROVINCE = ("Hồ Minh Khang", "Đặng Thu Lan")
WITNESSES = minutes.People(("Bà Mai, Vụ Pháp chế", "Ông Sơn, báo Tuổi Trẻ"), "Hà Nội, phòng họp số 2")


def make(instance: Path, now: int) -> None:
    """Make the channel beside the keys of ``instance`` as it stands at ``now`` (Unix seconds)."""
    cost, pkcs8.SCRYPT_COST = pkcs8.SCRYPT_COST, 2  # keys that live for a minute
    channel = Channel(instance / "channel")
    with tempfile.TemporaryDirectory() as folder:
        people = {name: holder.make(Path(folder) / name, name, roles) for name, roles in HOLDERS.items()}
        ceremonies = _Ceremonies(channel, Path(folder))
        first.guided(channel, people.values(), _files(instance), now - 40 * DAY)
        ceremonies.hold((*THREE, *TWO_OF_THE_PROVINCE), now - 40 * DAY)
        refresh.refresh(channel, now - 40 * DAY, revocation=revoking.nothing_revoked(now - 40 * DAY))
        ceremonies.renew(("root", *NATION[1:], *PROVINCE), (*THREE, *TWO_OF_THE_PROVINCE), now - 17 * DAY)
        ceremonies.renew(NATION, THREE, now - 5 * DAY)
        refresh.refresh(channel, now - 3600)
        new = holder.make(Path(folder) / COMES, COMES, ("root",))
        proposing.propose(channel, Wish(come=new.keys, go=(LEAVES,)), now - 1800)
        sign.sign(channel.proposal, Path(folder) / THREE[0], now - 900)
        sign.sign(channel.proposal, Path(folder) / COMES, now - 600)
    pkcs8.SCRYPT_COST = cost


def make_demonstration(instance: Path, now: int) -> None:
    """Make a demonstration's channel in the place of whatever is there."""
    former = instance / "channel"
    if former.exists():
        former.rename(instance / "former-channel")
    cost, pkcs8.SCRYPT_COST = pkcs8.SCRYPT_COST, 2
    first.demonstration(Channel(instance / "channel"), ["79"], _files(instance), now)
    pkcs8.SCRYPT_COST = cost


class _Ceremonies:
    """What holders do together, each with the folder of their own."""

    def __init__(self, channel: Channel, folder: Path) -> None:
        self._channel, self._folder = channel, folder

    def renew(self, roles: tuple[str, ...], names: tuple[str, ...], at: int) -> None:
        """Sign some roles again as they are."""
        refresh.refresh(self._channel, at)
        proposing.propose(self._channel, Wish(renew=roles), at)
        self.hold(names, at)

    def hold(self, names: tuple[str, ...], at: int) -> None:
        """Sign the open proposal and publish it."""
        for name in names:
            sign.sign(self._channel.proposal, self._folder / name, at)
        publish.publish(self._channel, at, people=WITNESSES)


def _files(instance: Path) -> dict[str, bytes]:
    signers = KeyStore(instance / "keys").signers()
    return {documents.SIGNERS: documents.signers(signers), documents.VACCINE_TABLE: documents.vaccines()}
