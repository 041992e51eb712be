"""The drill's signing keys through their lives: made, published, activated month by month, and revoked when stolen.

Every step is the real one: ``keys.ceremony`` on the first day, then ``keys.rotate``, as an administrator runs it each
week. Leaves out who signs what it proposes (``holders``) and passes (``issuing``).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from keys import ceremony, lifecycle
from keys.channel import carried, documents, proposal
from keys.channel.documents import Files
from keys.channel.place import Channel
from keys.channel.release import Release
from keys.drill.light import lighten
from keys.drill.plan import ROTATE_AFTER
from keys.entry import KeyStatus, SignerEntry
from keys.errors import KeysError
from keys.rotate import command as rotation
from keys.rotate.order import Order
from keys.signers import SigningDesk
from keys.store import KeyStore, PrivateHalf


class KeyOffice:
    """Who looks after the signing keys.

    :ivar store: the key folder. ``desk``: where passes are signed.
    """

    def __init__(self, folder: Path, channel: Channel) -> None:
        self.store = KeyStore(folder / "keys")
        self.desk = SigningDesk(self.store)
        self._channel = channel
        self._order = Order(sign_days=ROTATE_AFTER, apart=folder / "safe")

    def first_day(self, now: int) -> None:
        """Make the authority, an active key of each form, the ones after them, and the spares in a place apart."""
        ceremony.init(self.store, now)
        lighten(self.store.authority_folder / "private.pem", self.store.authority_folder / "passphrase")
        self._rotate(self._order, now)

    def rotate(self, now: int) -> bool:
        """Do what is due; True when holders have something to sign now."""
        self._rotate(self._order, now)
        return proposal.exists(self._channel.proposal)

    def publish(self, copy: Path, now: int) -> bool:
        """Take a signed copy in; True when enough have signed, and it is published."""
        self._rotate(replace(self._order, copies=(copy,)), now)
        return not proposal.exists(self._channel.proposal)

    def answer_theft(self, form: str, now: int) -> SignerEntry:
        """Revoke the active key, which was stolen; gives it. The next rotation lets the spare sign."""
        stolen = self.active(form)
        self._revoke(stolen, now)
        return stolen

    def files(self) -> Files:
        """What the channel is to carry of the keys."""
        signers = documents.signers(self.store.signers())
        return {documents.SIGNERS: signers, documents.VACCINE_TABLE: documents.vaccines()}

    def note_published(self, release: Release, now: int) -> None:
        """Note which keys a release carries."""
        carried.note_published(self.store, release, now)

    def steal(self, form: str) -> PrivateHalf:
        """What a thief has who copied the active key's file and its passphrase."""
        return self.store.open_key(self.active(form))

    def active(self, form: str) -> SignerEntry:
        """The active key of a form."""
        found = lifecycle.active(self.store.signers(), form)
        if found is None:
            raise KeysError(f"no key of the form {form} is active.", code="no_active_key")
        return found

    def rotations(self) -> int:
        """How often a key took over from another."""
        signers = self.store.signers()
        forms = {entry.form for entry in signers}
        return sum(event.status is KeyStatus.ACTIVE for entry in signers for event in entry.history) - len(forms)

    def _rotate(self, order: Order, now: int) -> None:
        said = rotation.run(self.store, self._channel, order, now)
        if said.problems:
            raise KeysError(f"a rotation of the drill stopped: {said.problems[0]}", code="drill_failed")

    def _revoke(self, entry: SignerEntry, now: int) -> None:
        self.store.change(lambda signers: lifecycle.revoke(signers, entry.kid, now, "stolen"))


def active_since(entry: SignerEntry) -> int:
    """When a key became active, Unix seconds."""
    return next(event.at for event in entry.history if event.status is KeyStatus.ACTIVE)
