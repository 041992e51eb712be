"""A country's trust channel with real thresholds, for benchmarks: holders, signers, and what is published.

Every step is the project's own; only the people are missing. Leaves out what is measured with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from keys import ceremony
from keys.channel import documents, first, holder, proposing, publish, refresh, revoking, sign
from keys.channel.place import Channel
from keys.channel.planning import Wish
from keys.store import KeyStore
from vaccine_pass.revocation.issued import Issued, dumps

_ROOT = ("root",)
_OTHERS = ("targets", "keys", "unrevocation")
PEOPLE = {
    "An": _ROOT + _OTHERS,
    "Binh": _ROOT + _OTHERS,
    "Chi": _ROOT + _OTHERS,
    "Dung": _ROOT,
    "Giang": _ROOT,
}
"""Who holds which roles: five for root, three for each other."""
ENOUGH = ("An", "Binh", "Chi")


class Country:
    """A channel, its signers' key folder, and the folders of its holders, below one folder."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.channel = Channel(top / "channel")
        self.store = KeyStore(top / "keys")

    @classmethod
    def first_day(cls, top: Path, now: int) -> Country:
        """Make and publish everything: two active signers, nothing revoked."""
        country = cls(top)
        ceremony.init(country.store, now)
        people = [holder.make(country._holder(name), name, roles) for name, roles in PEOPLE.items()]
        first.guided(country.channel, people, country._files(), now)
        country._sign_and_publish(now)
        refresh.refresh(country.channel, now, revocation=revoking.nothing_revoked(now))
        return country

    def first_root(self) -> bytes:
        """The root that scanners are built with."""
        return self.channel.current().data("metadata/1.root.json")

    def sign_the_keys_again(self, now: int) -> None:
        """Holders sign the list of signers again, as every week."""
        proposing.propose(self.channel, Wish(files=self._files(), renew=("keys",)), now)
        self._sign_and_publish(now)

    def approve(self, revoked: bytes, issued: Mapping[int, int], now: int) -> None:
        """Holders sign a list of revoked passes, and how many serials of each block were handed out."""
        counts = dumps(Issued(now, issued)).encode()
        proposing.propose(self.channel, Wish(files={documents.APPROVED: revoked, documents.ISSUED: counts}), now)
        self._sign_and_publish(now)

    def _files(self) -> dict[str, bytes]:
        return {
            documents.SIGNERS: documents.signers(self.store.signers()),
            documents.VACCINE_TABLE: documents.vaccines(),
        }

    def _sign_and_publish(self, now: int) -> None:
        for name in ENOUGH:
            sign.sign(self.channel.proposal, self._holder(name), now)
        publish.publish(self.channel, now)

    def _holder(self, name: str) -> Path:
        return self.top / "holders" / name
