"""The drill's signing keys through their lives: made, published, activated month by month, and revoked when stolen.

Every step is the real one (``keys.ceremony``, ``keys.lifecycle``, ``keys.signers``). Two pending keys of each form are
published at any time: the older one is the next month's, and the younger is the spare that can follow it at once.
Leaves out ceremonies of the channel (``holders``) and passes (``issuing``).
"""

from __future__ import annotations

from collections.abc import Iterator

from keys import ceremony, lifecycle
from keys.channel import documents
from keys.channel.documents import Files
from keys.channel.release import Release
from keys.drill.light import lighten
from keys.drill.plan import ROTATE_AFTER
from keys.entry import FORMS, KeyStatus, SignerEntry
from keys.errors import KeysError
from keys.lifecycle import DAY
from keys.signers import SigningDesk
from keys.store import KeyStore, PrivateHalf

_PENDING = 2


class KeyOffice:
    """Who looks after the signing keys.

    :ivar desk: where passes are signed.
    :ivar rotations: how often a key took over from another.
    """

    def __init__(self, store: KeyStore) -> None:
        self.store = store
        self.desk = SigningDesk(store)
        self.rotations = 0

    def first_day(self, now: int) -> None:
        """Make the authority, an active key of each form, and the pending ones."""
        ceremony.init(self.store, now)
        lighten(self.store.authority_folder / "private.pem", self.store.authority_folder / "passphrase")
        self._fill_up(now)

    def rotate(self, now: int) -> None:
        """Let the next key of each form take over when its month has come, and make the one after it."""
        for form in FORMS:
            if now - active_since(self._active(form)) >= ROTATE_AFTER * DAY:
                self._hand_over(form, now)
        self._fill_up(now)

    def answer_theft(self, form: str, now: int) -> SignerEntry:
        """Revoke the active key, which was stolen; the next one takes over at once. Gives the stolen one."""
        stolen = self._active(form)
        self._revoke(stolen, now)
        self._activate(self._next(form, now), now)
        self._fill_up(now)
        return stolen

    def files(self) -> Files:
        """What the channel is to carry of the keys."""
        return {
            documents.SIGNERS: documents.signers(self.store.signers()),
            documents.VACCINE_TABLE: documents.vaccines(),
        }

    def mark_published(self, release: Release, now: int) -> None:
        """Note which keys a release carries."""
        carried = documents.kids(release.target(documents.SIGNERS) or b"")
        self.store.change(
            lambda signers: tuple(
                lifecycle.published((entry,), now)[0] if entry.kid in carried else entry for entry in signers
            )
        )

    def steal(self, form: str) -> PrivateHalf:
        """What a thief has who copied the active key's file and its passphrase."""
        return self.store.open_key(self._active(form))

    def _hand_over(self, form: str, now: int) -> None:
        ready = lifecycle.ready_at(self._next(form, now))
        if ready is not None and ready <= now:  # else next week
            self._activate(self._next(form, now), now)

    def _revoke(self, entry: SignerEntry, now: int) -> None:
        self.store.change(lambda signers: lifecycle.revoke(signers, entry.kid, now, "stolen"))

    def _activate(self, entry: SignerEntry, now: int) -> None:
        self.store.change(lambda signers: lifecycle.activate(signers, entry.kid, now))
        self.rotations += 1

    def _next(self, form: str, now: int) -> SignerEntry:
        """The pending key that was published first."""
        return next(self._pending(form))

    def _fill_up(self, now: int) -> None:
        for form in FORMS:
            for _ in range(_PENDING - sum(1 for _ in self._pending(form))):
                self._new(form, now)

    def _new(self, form: str, now: int, sign_from: int | None = None) -> SignerEntry:
        number = 1 + len(self.store.signers())
        return ceremony.new(self.store, now, form=form, name=f"VN-{number:03d}-{form}", sign_from=sign_from)

    def _pending(self, form: str) -> Iterator[SignerEntry]:
        return (it for it in self.store.signers() if it.form == form and it.status is KeyStatus.PENDING)

    def _active(self, form: str) -> SignerEntry:
        found = lifecycle.active(self.store.signers(), form)
        if found is None:
            raise KeysError(f"no key of the form {form} is active.", code="no_active_key")
        return found


def active_since(entry: SignerEntry) -> int:
    """When a key became active, Unix seconds."""
    return next(event.at for event in entry.history if event.status is KeyStatus.ACTIVE)
