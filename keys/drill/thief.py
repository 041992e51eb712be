"""The drill's thieves: one has a signing key, one the publisher's online keys, one nothing but a key of their own.

They do what such people can do with the real formats, and nothing in the drill tells a scanner which is which.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tuf.api.metadata import Metadata

from keys import custody
from keys.channel import build
from keys.channel.place import Channel
from keys.custody import EncryptedFileKey
from keys.drill.issuing import signed
from keys.drill.offers import Offer, copy_by_links
from keys.lifecycle import DAY
from keys.store import PrivateHalf
from vaccine_pass.serials import serial_of

_A_DAY = 4
"""Passes that a thief makes in a day."""
_FAR = 1_000
"""Versions by which a stolen online key runs ahead."""
_KID, _NO_SECRET = bytes(8), bytes(32)
_BLOCK = 4  # in which nothing was ever revoked


@dataclass(frozen=True, slots=True)
class Forged:
    """A forged pass: when it was made, and whether with the stolen key."""

    made_at: int
    text: str
    is_of_stolen_key: bool


@dataclass
class Thieves:
    """What all of them have made so far.

    :ivar online: by day, what a stolen online key offers: fresh for ten years, and versions far ahead.
    """

    luck: Random
    forged: list[Forged] = field(default_factory=list)
    strangers: list[Forged] = field(default_factory=list)
    online: dict[int, tuple[Offer, Offer]] = field(default_factory=dict)
    _stolen: PrivateHalf | None = None
    _since: int = 0

    def take(self, key: PrivateHalf, active_since: int) -> None:
        """Steal a signing key that has been active since then, so that passes can be dated back."""
        self._stolen, self._since = key, active_since

    def work(self, now: int, known: bytes) -> None:
        """Make one day's forgeries; ``known`` is the key id that an honest pass of today bears."""
        for kid in (_KID, known):
            own = EncryptedFileKey(custody.new_private_key(), kid)
            self.strangers.append(self._forged(own, now, now - DAY))
        if self._stolen is not None:
            for _ in range(_A_DAY):
                dated = self.luck.randrange(self._since, now)
                self.forged.append(self._forged(self._stolen, now, min(dated, self._since + 14 * DAY)))

    def _forged(self, key: PrivateHalf, now: int, dated: int) -> Forged:
        serial = serial_of(_NO_SECRET, _BLOCK, len(self.forged) + len(self.strangers))
        text = signed("domestic", serial, dated, dated + 300 * DAY, key, self.luck)
        return Forged(now, text, key is self._stolen)

    def run_ahead(self, day: int, channel: Channel, folder: Path, now: int) -> None:
        """With the online keys: two copies of what is published, under timestamps of a thief's own."""
        far = _copied(channel, folder / f"forever-{day}", now, until=now + 3_650 * DAY)
        ahead = _copied(channel, folder / f"ahead-{day}", now, until=now + 2 * DAY)
        self.online[day] = far, ahead


def _copied(channel: Channel, folder: Path, now: int, *, until: int) -> Offer:
    release = channel.current()
    copy_by_links(release.public, folder)
    version = release.snapshot().signed.version
    snapshot = release.data(f"metadata/{version}.snapshot.json")
    made = build.timestamp(release.holdings(), release.timestamp().signed, version, snapshot, now)
    made.version += _FAR
    made.expires = datetime.fromtimestamp(until, UTC)
    metadata = Metadata(made)
    signers = channel.online_signers(release.root().signed, release.targets()["targets"].signed)
    metadata.sign(signers["timestamp"])
    file = folder / "metadata" / "timestamp.json"
    file.unlink()  # it is the published one's own file
    file.write_bytes(metadata.to_bytes())
    return Offer(release.number, now, folder)
