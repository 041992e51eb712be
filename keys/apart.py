"""A spare's private half in separate custody: a folder on another disk or stick, kept in another place.

Whoever steals the server, or its key folder, does not get the key that answers
the theft. The folder is not there most of the time, and that is as it should
be: only activating the spare, or destroying it, needs it. Leaves out the state
that names the folder (``store``) and what a spare may do (``lifecycle``).
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from keys import custody
from keys.errors import KeysError
from keys.files import make_private_folder, read_private, remove, told, write_whole
from keys.place import ApartPlace, Place
from keys.secret import Secret

_README = """This folder holds the private half of the spare signing key {name} and its passphrase.

Keep it in another building than the server, in a safe, and copy it nowhere. It is needed on the day on which the
signing key is stolen (docs/compromise.md), and once a month for `checkpoint-keys check`.
"""


def place_for(folder: Path, root: Path, kid: bytes) -> ApartPlace:
    """The key's place below a folder apart; KeysError ``not_apart`` when that lies in the key folder or around it."""
    whole, keys = folder.resolve(), root.resolve()
    if whole == keys or keys in whole.parents or whole in keys.parents:
        raise KeysError(
            f"{folder} is not apart from the key folder {root}: a thief of the one would have both. "
            "Name a folder on another disk or stick.",
            code="not_apart",
        )
    return ApartPlace(str(whole / kid.hex()))


def save(place: ApartPlace, name: str, key: ec.EllipticCurvePrivateKey) -> None:
    """Write the private half, encrypted, and its passphrase into the folder apart."""
    folder = Path(place.folder)
    make_private_folder(folder)
    write_whole(folder / "README.txt", _README.format(name=name).encode())
    custody.save(key, *_files(place))


def load(place: ApartPlace, name: str, kid: bytes) -> custody.EncryptedFileKey:
    """Open the private half where it is; KeysError ``apart_absent`` says which stick to put in."""
    refuse_if_absent(place, name)
    return custody.load(*_files(place), kid=kid)


def is_here(place: ApartPlace) -> bool:
    """Whether the disk or stick with the folder is here now."""
    return Path(place.folder).is_dir()


def same_disk(place: Place | None, root: Path) -> tuple[str, ...]:
    """A sentence when a folder apart is on the key folder's own disk: so it may be for a moment, and not longer."""
    if not isinstance(place, ApartPlace) or not is_here(place):
        return ()
    with told(root):
        same = Path(place.folder).stat().st_dev == root.stat().st_dev
    return (f"The folder {place.folder} is on the same disk as {root}: whoever has the disk has both.",) if same else ()


def refuse_if_absent(place: ApartPlace, name: str) -> None:
    """KeysError ``apart_absent`` unless the folder is here."""
    if not is_here(place):
        raise KeysError(
            f"the private half of {name} is in {place}, which is not here; put in the stick or disk that has it.",
            code="apart_absent",
        )


def bring(place: ApartPlace, key_file: Path, passphrase_file: Path) -> ApartPlace:
    """Copy the private half, still encrypted, into the key folder; the place says so, and nothing is removed yet."""
    private, passphrase = _files(place)
    write_whole(passphrase_file, Secret(read_private(passphrase)))
    write_whole(key_file, read_private(private))
    return replace(place, moved=True)


def destroy(place: ApartPlace) -> ApartPlace:
    """Remove what is in the folder, as far as it is here; the place says when nothing is left."""
    if not is_here(place):
        return place
    private, passphrase = _files(place)
    # The passphrase goes first: what is left of the key file on a disk is then worth nothing.
    for file in (passphrase, private, Path(place.folder) / "README.txt"):
        remove(file)
    return replace(place, destroyed=True)


def _files(place: ApartPlace) -> tuple[Path, Path]:
    return Path(place.folder) / "private.pem", Path(place.folder) / "passphrase"
