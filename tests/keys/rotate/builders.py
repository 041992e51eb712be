"""The folders of one administrator, and what rotations do in them."""

from keys import lifecycle
from keys.channel import documents, first, sign
from keys.channel.place import Channel
from keys.rotate import command
from keys.rotate.order import Order
from keys.store import KeyStore

from ..builders import NOW
from ..channel.builders import Country


class Office:
    """A key folder, a channel, a stick, and the holders' folders."""

    def __init__(self, top):
        self.top = top
        self.store = KeyStore(top / "keys")
        self.channel = Channel(top / "channel")
        self.stick = top / "stick"
        self.country = Country(top)

    def rotate(self, now=NOW, **order):
        return command.run(self.store, self.channel, Order(**order), now)

    def with_spares(self, now=NOW):
        """The first rotation, which makes spares and, in a demonstration, publishes them."""
        assert self.rotate(now, apart=self.stick).problems == []
        return self

    def renew(self, now):
        """The weekly signatures of a demonstration's one holder."""
        self.country.propose(now, renew=self.channel.current().holdings().offline())
        sign.sign(self.channel.proposal, first.demo_holder(self.channel), now)
        self.country.publish(now)

    def revoke(self, name, now):
        entry = lifecycle.find(self.store.signers(), name)
        self.store.change(lambda signers: lifecycle.revoke(signers, entry.kid, now, "stolen"))

    def active(self, form="travel"):
        return lifecycle.active(self.store.signers(), form)

    def of(self, form="travel", *, spare=False, status="pending"):
        found = [it for it in self.store.signers() if (it.form, it.spare, it.status.value) == (form, spare, status)]
        return found[0] if found else None

    def published(self):
        """The ids of the keys that scanners trust."""
        return documents.kids(self.channel.current().target(documents.SIGNERS))

    def state(self):
        """Everything that a rotation could change, as bytes."""
        files = [path for path in self.top.rglob("*") if path.is_file() and path.name not in {"lock", "rotate.lock"}]
        return {path.relative_to(self.top): path.read_bytes() for path in files}
