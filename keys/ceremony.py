"""The first day, and each new signer after it: keys are made, certified and kept.

On the first day there is nothing to wait for: no scanner holds an older list,
so one signer of each form is active at once. Every later signer begins as
pending and waits until scanners know it. Signers of both forms have a
certificate, so the key id is the same thing for both: the first 8 bytes of
SHA-256 of the certificate (HCERT 1.3 section 3.2). Leaves out the ceremony with several
holders and the trust channel's own roles.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from keys import apart as separate
from keys import authority, custody, lifecycle
from keys.entry import FORMS, KeyStatus, SignerEntry, checked_form, checked_name, iso
from keys.errors import KeysError
from keys.files import locked, make_private_folder, sync_folder, write_whole
from keys.jwk import jwk_of
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.place import Place, TokenPlace
from keys.store import KeyStore, read_certificate

# The certificate can be made ready a little after `now` was read, and clocks
# differ: a signer is valid from this many seconds before it is made.
BACKDATED = 300


@dataclass(frozen=True)
class Periods:
    """How long a signer signs, and how long a pass of its may be valid after that, in days."""

    signing: int = 90
    passes: int = 366


# A spare waits for a year before its successor takes its place, and must be able to sign on the last day.
SPARE_PERIODS = Periods(signing=366)


@dataclass(frozen=True)
class _Times:
    sign_from: int
    sign_until: int
    accept_until: int

    @classmethod
    def of(cls, start: int, periods: Periods) -> _Times:
        until = start + periods.signing * DAY
        return cls(start, until, until + periods.passes * DAY)


@dataclass(frozen=True)
class _Wish:
    """Which signer is to be made; times are Unix seconds."""

    form: str
    name: str
    now: int
    start: int
    status: KeyStatus
    periods: Periods
    spare: bool = False
    apart: Path | None = None


@dataclass(frozen=True)
class _KeyPair:
    """A fresh key: in memory, on its way to a file, or in a token already."""

    public: ec.EllipticCurvePublicKey
    private: ec.EllipticCurvePrivateKey | None = field(default=None, repr=False)
    place: TokenPlace | None = None


@dataclass(frozen=True)
class Authority:
    """The authority's certificate and private key, opened for the length of one command."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def __repr__(self) -> str:
        return "<Authority>"


def init(
    store: KeyStore,
    now: int,
    *,
    authority_folder: Path | None = None,
    periods: Periods | None = None,
    token: TokenPlace | None = None,
) -> lifecycle.Signers:
    """Make the authority (unless the folder has one) and one active signer of each form.

    Everything is made in a folder beside it, which is then renamed: afterwards there is
    the whole key folder or none. Refused when there is one already. ``token`` is where the
    signers' private halves are made and stay; what a failure leaves in it is destroyed.
    """
    root = store.root.absolute()
    for folder in (root, authority_folder or root):
        _refuse_in_source(folder)
    make_private_folder(root.parent)
    with locked(root.parent / f".{root.name}.lock"):
        _refuse_if_in_use(root)
        staged = KeyStore(_cleared(root.parent / f".{root.name}.unfinished"))
        holder = _authority(authority_folder or staged.authority_folder, now)
        with _nothing_left_in_token() as made:
            for form in FORMS:
                name = f"VN-{iso(now)[:7]}-{form}"
                wish = _Wish(form, name, now, now - BACKDATED, KeyStatus.ACTIVE, periods or Periods())
                made.append(_in_file() if token is None else _in_token(token, name))
                _make(staged, holder, wish, made[-1])
        staged.keep_sign_days((periods or Periods()).signing)
        _move_into_place(staged.root, root)
    return store.signers()


def new(
    store: KeyStore,
    now: int,
    *,
    form: str,
    name: str,
    sign_from: int | None = None,
    authority_folder: Path | None = None,
    periods: Periods | None = None,
    token: TokenPlace | None = None,
) -> SignerEntry:
    """Make a pending signer, which may sign once every scanner can know it.

    ``sign_from`` (Unix seconds) is when its signing window opens: by default
    when the scanners' staleness limit has passed. ``token`` is where its private
    half is made and stays; None: an encrypted file in the key folder.
    """
    start = now + STALENESS_LIMIT if sign_from is None else sign_from
    wish = _Wish(checked_form(form), checked_name(name), now, start, KeyStatus.PENDING, periods or Periods())
    return _new(store, wish, authority_folder, token)


def new_spare(
    store: KeyStore,
    now: int,
    *,
    form: str,
    name: str,
    where: TokenPlace | Path,
    authority_folder: Path | None = None,
    periods: Periods | None = None,
) -> SignerEntry:
    """Make a pending signer for the day on which the active one is stolen.

    Its private half is made in a token of its own, or goes into a folder apart ``where`` no thief
    of the key folder finds it; KeysError ``not_apart`` for one below the key folder.
    """
    token, apart = (where, None) if isinstance(where, TokenPlace) else (None, where)
    if apart is not None:
        _refuse_in_source(apart)
        separate.place_for(apart, store.root, b"")  # asked before any key is made
    times = now, now + STALENESS_LIMIT
    status, periods = KeyStatus.PENDING, periods or SPARE_PERIODS
    wish = _Wish(checked_form(form), checked_name(name), *times, status, periods, spare=True, apart=apart)
    return _new(store, wish, authority_folder, token)


def open_authority(folder: Path) -> Authority:
    """The authority in a folder; KeysError when it is missing, damaged or open to others."""
    certificate = read_certificate(folder / "certificate.pem")
    key = custody.load_private_key(folder / "private.pem", folder / "passphrase")
    if key.public_key() != certificate.public_key():
        raise KeysError(f"{folder} holds a key and a certificate that do not fit.", code="wrong_key")
    return Authority(certificate, key)


def _authority(folder: Path, now: int) -> Authority:
    if not (folder / "certificate.pem").exists():
        make_private_folder(folder)
        key = custody.new_private_key()
        start, end = now - BACKDATED, now + authority.AUTHORITY_DAYS * DAY
        certificate = authority.authority_certificate(key, start=start, end=end)
        custody.save(key, folder / "private.pem", folder / "passphrase")
        # Last, because its presence means that the authority is whole.
        write_whole(folder / "certificate.pem", certificate.public_bytes(Encoding.PEM))
    return open_authority(folder)


def _new(store: KeyStore, wish: _Wish, authority_folder: Path | None, token: TokenPlace | None) -> SignerEntry:
    store.signers()
    holder = open_authority(authority_folder or store.authority_folder)
    if any(known.name == wish.name for known in store.signers()):  # before a token holds a key that nobody names
        raise KeysError(f"there is a key named {wish.name} already; choose another name.", code="name_exists")
    return _make(store, holder, wish, _in_file() if token is None else _in_token(token, wish.name))


def _make(store: KeyStore, holder: Authority, wish: _Wish, key: _KeyPair) -> SignerEntry:
    times = _Times.of(wish.start, wish.periods)
    certificate = authority.signer_certificate(
        key.public, holder.certificate, holder.key, name=wish.name, form=wish.form, **asdict(times)
    )
    first = wish.status is KeyStatus.ACTIVE
    kid = certificate.fingerprint(hashes.SHA256())[:8]
    entry = SignerEntry(
        kid=kid,
        name=wish.name,
        form=wish.form,
        status=wish.status,
        key=jwk_of(key.public),
        created_at=wish.now,
        published_at=wish.now if first else None,
        sign_from=times.sign_from,
        sign_until=times.sign_until,
        accept_until=times.accept_until,
        place=_place(store, wish, key, kid),
        spare=wish.spare,
    )
    entry = lifecycle.born(entry, "made on the first day" if first else "made as a spare" if wish.spare else "made")
    store.add(entry, key.private, certificate)
    return entry


def _place(store: KeyStore, wish: _Wish, key: _KeyPair, kid: bytes) -> Place | None:
    return separate.place_for(wish.apart, store.root, kid) if wish.apart else key.place


def _in_file() -> _KeyPair:
    private = custody.new_private_key()
    return _KeyPair(private.public_key(), private)


def _in_token(token: TokenPlace, name: str) -> _KeyPair:
    place, public = custody.tokens().generate(token, name)
    return _KeyPair(public, place=place)


@contextmanager
def _nothing_left_in_token() -> Iterator[list[_KeyPair]]:
    """Destroy in their token the keys that were noted, when what is done with them fails."""
    made: list[_KeyPair] = []
    try:
        yield made
    except BaseException:
        for key in made:
            if key.place is not None:
                with suppress(KeysError):  # the failure itself is what is to be told
                    custody.tokens().destroy(key.place)
        raise


def _refuse_in_source(folder: Path) -> None:
    source = Path(__file__).resolve().parent
    if source in (folder.resolve(), *folder.resolve().parents):
        raise KeysError(
            f"{folder} is in the program's own source, where no private key may lie; name another folder.",
            code="folder_in_source",
        )


def _refuse_if_in_use(folder: Path) -> None:
    if (folder / "state.json").exists():
        raise KeysError(
            f"{folder} has keys already, and nothing was changed; `checkpoint-keys status` shows them.",
            code="keys_exist",
        )
    if folder.exists() and any(folder.iterdir()):
        raise KeysError(
            f"{folder} is not empty and holds no keys of this program; name another folder.",
            code="folder_in_use",
        )


def _cleared(folder: Path) -> Path:
    # Keys of a first day that a power cut ended: nobody knows them, nothing was signed with them.
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _move_into_place(staged: Path, final: Path) -> None:
    for folder in (staged / "signers", staged / "passphrases", staged):
        sync_folder(folder)
    try:
        staged.rename(final)
    except OSError as error:
        raise KeysError(
            f"{final} cannot be put in place ({error.strerror}); name a folder that does not exist yet.",
            code="not_readable",
        ) from error
    sync_folder(final.parent)
