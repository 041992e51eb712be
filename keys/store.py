"""The key folder: its state file, the signers' files, and one administrator at a time.

Every change is gather, decide, write: under a lock the state is read, a plain
function of ``lifecycle`` decides, and the new state replaces the old one whole.
The state file is the commit point: files of a signer are written before the
state names them, and a private half is destroyed after the state says so, so a
power cut at any moment leaves the old or the new state. A spare's private half
is brought into the key folder before the state says that it signs, and removed
where it was afterwards. Leaves out what may
follow what (``lifecycle``) and who makes keys (``ceremony``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from keys import apart, custody, lifecycle
from keys.entry import KeyStatus, SignerEntry, from_json, to_json
from keys.errors import KeysError
from keys.files import locked, make_private_folder, read_public, remove, told, write_whole
from keys.jwk import jwk_of
from keys.lifecycle import Signers
from keys.place import ApartPlace, Place, TokenPlace
from keys.steps import SIGN_DAYS

if TYPE_CHECKING:
    from keys.hsm import HsmKey

DEFAULT_FOLDER = Path("instance/keys")
_FORMAT = "checkpoint-keys/1"
_MOST_DAYS = 3650
_OVER = {KeyStatus.RETIRED, KeyStatus.REVOKED}


@dataclass(frozen=True)
class _State:
    """What the state file says: the signers, and for how many days a key signs."""

    signers: Signers
    sign_days: int


class PrivateHalf(Protocol):
    """A private key, wherever it lives: the core's ``SigningKey``."""

    @property
    def kid(self) -> bytes:
        """The key id, 8 bytes."""

    def sign(self, message: bytes) -> bytes:
        """An ES256 signature over the message: r || s, 64 bytes."""


class KeyStore:
    """The key folder of one issuer.

    :param root: the folder, ``instance/keys`` unless another is named.
    :param passphrases: where the passphrase files lie, ``<root>/passphrases`` by default; a
        service manager's credentials folder keeps them apart from the keys.
    """

    def __init__(self, root: Path = DEFAULT_FOLDER, *, passphrases: Path | None = None) -> None:
        self.root = root
        self._passphrases = passphrases or root / "passphrases"

    @property
    def state_file(self) -> Path:
        """The state file; the key folder exists when it does."""
        return self.root / "state.json"

    @property
    def authority_folder(self) -> Path:
        """Where the authority lies unless it is kept elsewhere."""
        return self.root / "authority"

    def exists(self) -> bool:
        """Whether the key folder has been made."""
        with told(self.state_file):
            return self.state_file.exists()

    def signers(self) -> Signers:
        """All signers, in the order in which they were made."""
        if not self.exists():
            raise KeysError(f"{self.root} has no keys yet; run `checkpoint-keys init` first.", code="no_keys")
        return _parsed(self.state_file).signers

    def sign_days(self) -> int:
        """The rhythm: for how many days a key signs before the next one does. 90 where nobody has said another."""
        return _parsed(self.state_file).sign_days if self.exists() else SIGN_DAYS

    def keep_sign_days(self, days: int) -> bool:
        """Keep another rhythm from now on; False when it is the one that is kept already."""
        with self._locked():
            state = _parsed(self.state_file)
            if state.sign_days == days:
                return False
            self._write(state.signers, days)
        return True

    def change(self, decide: Callable[[Signers], Signers]) -> Signers:
        """Apply one decision to the state, under the lock, and give the signers after it.

        A signer that is retired or revoked after it loses its private half, and a spare that is
        active after it gets its own into the key folder. When a token or a disk apart cannot be
        used now, the end of a signer stands, and each later change tries again (``left_behind``);
        a spare that is not here is not activated.
        """
        with self._locked():
            before = self._without_what_is_over(self.signers())  # what a power cut left undone
            after = decide(before)
            if after != before:
                after = tuple(self._at_home(entry) for entry in after)
                self._write(after)
                after = self._without_what_is_over(after)
        return after

    def left_behind(self) -> tuple[SignerEntry, ...]:
        """Signers of which a private half is still where it has no business: in a token, or in a folder apart."""
        return tuple(e for e in self.signers() if e.place and not e.place.destroyed and _is_due_to_go(e))

    def mark_published(self, now: int) -> Signers:
        """Note that a trust list with all these signers is out since ``now``; repeating changes nothing."""
        return self.change(lambda signers: lifecycle.published(signers, now))

    def add(self, entry: SignerEntry, key: ec.EllipticCurvePrivateKey | None, certificate: x509.Certificate) -> None:
        """Keep a new signer: its files first, then the state that names it. A key in a token is None here."""
        make_private_folder(self.root)
        with self._locked():
            after = lifecycle.add(self.signers() if self.exists() else (), entry)
            self._write_files(entry, key, certificate)
            self._write(after)

    def certificate(self, entry: SignerEntry) -> x509.Certificate:
        """The signer's certificate."""
        return read_certificate(self._folder(entry) / "certificate.pem")

    def open_key(self, entry: SignerEntry) -> PrivateHalf:
        """The signer's private half, ready to sign; refused when it is not the half of what is trusted."""
        if isinstance(entry.place, TokenPlace):
            in_token: HsmKey = custody.tokens().HsmKey(entry.place, entry.kid, entry.key)
            in_token.check()
            return in_token
        files = self._folder(entry) / "private.pem", self._passphrase_file(entry)
        if entry.place and not entry.place.moved:
            where, key = str(entry.place), apart.load(entry.place, str(entry), entry.kid)
        else:
            where, key = str(files[0]), custody.load(*files, kid=entry.kid)
        if jwk_of(key.public_key()) != dict(entry.key):
            raise KeysError(f"{where} does not have the private half of {entry}.", code="wrong_key")
        return key

    def strangers(self) -> tuple[Path, ...]:
        """Folders of signers that the state does not name: made, but never finished (a power cut)."""
        known = {entry.kid.hex() for entry in self.signers()}
        folders = sorted((self.root / "signers").glob("*"))
        return tuple(folder for folder in folders if folder.name not in known)

    def _folder(self, entry: SignerEntry) -> Path:
        return self.root / "signers" / entry.kid.hex()

    def _passphrase_file(self, entry: SignerEntry) -> Path:
        return self._passphrases / entry.kid.hex()

    def _write_files(
        self, entry: SignerEntry, key: ec.EllipticCurvePrivateKey | None, certificate: x509.Certificate
    ) -> None:
        folder = self._folder(entry)
        make_private_folder(folder)
        make_private_folder(self._passphrases)
        write_whole(folder / "certificate.pem", certificate.public_bytes(Encoding.PEM))
        if key is not None and isinstance(entry.place, ApartPlace):
            apart.save(entry.place, entry.name, key)
        elif key is not None:
            custody.save(key, folder / "private.pem", self._passphrase_file(entry))

    def _at_home(self, entry: SignerEntry) -> SignerEntry:
        """A spare that signs from now on, with its private half in the key folder; any other as it is."""
        place = entry.place
        if entry.status is not KeyStatus.ACTIVE or not isinstance(place, ApartPlace) or place.moved:
            return entry
        self.open_key(entry)  # nothing is brought that is not the half of what is trusted
        brought = apart.bring(place, self._folder(entry) / "private.pem", self._passphrase_file(entry))
        return replace(entry, place=brought)

    def _without_what_is_over(self, signers: Signers) -> Signers:
        """Destroy the private halves that nobody may use any more; the signers, noting what is gone elsewhere."""
        for entry in signers:
            if entry.waits_as_spare and isinstance(entry.place, ApartPlace):
                self._remove_files(entry)  # an activation that a power cut ended had brought them
        after = tuple(self._ended(entry) if _is_due_to_go(entry) else entry for entry in signers)
        if after != signers:
            self._write(after)
        return after

    def _ended(self, entry: SignerEntry) -> SignerEntry:
        if entry.status in _OVER and not isinstance(entry.place, TokenPlace):
            self._remove_files(entry)
        if entry.place is None or entry.place.destroyed:
            return entry
        # A token or a disk that is gone must not stop a revocation, and may be the reason for it.
        with suppress(KeysError):
            gone = _destroyed(entry.place)
            return replace(entry, place=None if entry.status is KeyStatus.ACTIVE and gone.destroyed else gone)
        return entry

    def _remove_files(self, entry: SignerEntry) -> None:
        # The passphrase goes first: what is left of the key file on a disk is then worth nothing.
        for file in (self._passphrase_file(entry), self._folder(entry) / "private.pem"):
            for unfinished in (file, *file.parent.glob(f".{file.name}.*.tmp")):
                remove(unfinished)

    def _write(self, signers: Signers, sign_days: int | None = None) -> None:
        days = self.sign_days() if sign_days is None else sign_days
        document = {"format": _FORMAT, "sign_days": days, "signers": [to_json(entry) for entry in signers]}
        write_whole(self.state_file, (json.dumps(document, indent=2) + "\n").encode("ascii"))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with locked(self.root / "lock"):
            for unfinished in self.root.glob(f".{self.state_file.name}.*.tmp"):
                remove(unfinished)  # a write that a power cut ended; nobody else writes now
            yield


def _is_due_to_go(entry: SignerEntry) -> bool:
    """Whether a private half is to be destroyed: of a key that is over, or what a spare left behind elsewhere."""
    return entry.status in _OVER or (isinstance(entry.place, ApartPlace) and entry.place.moved)


def _destroyed(place: Place) -> Place:
    if isinstance(place, ApartPlace):
        return apart.destroy(place)
    gone: TokenPlace = custody.tokens().destroy(place)
    return gone


def read_certificate(path: Path) -> x509.Certificate:
    """The certificate in a PEM file of the key folder; KeysError when it is damaged."""
    try:
        return x509.load_pem_x509_certificate(read_public(path))
    except (ValueError, x509.InvalidVersion) as error:
        raise KeysError(f"{path} is damaged: it is no certificate.", code="damaged") from error


def _parsed(path: Path) -> _State:
    try:
        document = json.loads(read_public(path))
        known = document["format"] == _FORMAT
        state = _state(document) if known else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, KeysError) as error:
        raise KeysError(
            f"{path} is damaged ({type(error).__name__}: {error}); restore it from a backup.", code="damaged"
        ) from error
    if state is None:
        raise KeysError(f"{path} is of another format than {_FORMAT}.", code="damaged")
    return state


def _state(document: Mapping[str, Any]) -> _State:
    days = document.get("sign_days", SIGN_DAYS)  # files of before the rhythm was kept have none
    if type(days) is not int or not 1 <= days <= _MOST_DAYS:
        raise ValueError("sign_days is no number of days")
    return _State(tuple(from_json(item) for item in document["signers"]), days)
