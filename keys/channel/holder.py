"""A holder's own folder: private keys, each encrypted, each for one role, under generated passphrases.

It is made on the holder's machine and never leaves it; only ``public.json``
does. The online keys of the publisher lie in such a folder too. Leaves out what
is signed (``sign``).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from securesystemslib.signer import CryptoSigner, SSlibKey

from keys import custody
from keys.channel import holdings
from keys.channel.holdings import HeldKey, Holdings
from keys.channel.roles import ONLINE, offline
from keys.errors import KeysError
from keys.files import make_private_folder, read_public, remove, sync_folder, told, write_whole

_RULES = re.compile(r"rules-[0-9]{2}")
PUBLIC_FILE = "public.json"


def refuse_unless_offline(role: str) -> None:
    """KeysError unless it is a role that people hold; the online roles' keys are the publisher's own."""
    if role in ONLINE:
        raise KeysError(f"the keys of {role} are the publisher's own: no holder has one.", code="online_role")
    if role not in offline(()) and not _RULES.fullmatch(role):
        raise KeysError(
            f"there is no role {role!r:.40} to hold; there are {', '.join(offline(()))} and rules-NN of a province.",
            code="unknown_role",
        )


def make(folder: Path, name: str, roles: Iterable[str], *, demo: bool = False) -> Holdings:
    """Make a holder's folder with one key for each role; whole or not at all.

    Raises KeysError when the folder exists and is not empty, or a name is no role.
    """
    if folder.exists() and any(folder.iterdir()):
        raise KeysError(f"{folder} is in use; name a folder that does not exist yet.", code="folder_in_use")
    make_private_folder(folder.parent)
    staged = folder.parent / f".{folder.name}.unfinished"
    shutil.rmtree(staged, ignore_errors=True)  # keys that a power cut ended: nobody knows them
    make_private_folder(staged)
    made = Holdings(tuple(_make_key(staged, name, role) for role in roles), demo)
    write_whole(staged / PUBLIC_FILE, holdings.dumps(made), mode=0o644)
    with told(folder):
        staged.rename(folder)
    sync_folder(folder.parent)
    return made


def public(path: Path) -> Holdings:
    """What a holder hands over: the public file, or the holder's folder that it lies in."""
    file = path / PUBLIC_FILE if path.is_dir() else path
    return holdings.loads(read_public(file), str(file))


def public_of_folder(folder: Path) -> Holdings:
    """The public file of a holder's own folder; KeysError when the folder is none."""
    if not (folder / PUBLIC_FILE).is_file():
        raise KeysError(
            f"{folder} is no holder's folder; name the one that `checkpoint-keys holder new` made.",
            code="no_holder_folder",
        )
    return public(folder)


def signer(folder: Path, held: HeldKey) -> CryptoSigner:
    """Open one private key; refused when it is not the half of the public key that was asked for."""
    key = custody.load_private_key(folder / f"{held.role}.pem", folder / f"{held.role}.passphrase")
    if SSlibKey.from_crypto(key.public_key()).keyid != held.keyid:
        raise KeysError(f"{folder} holds another key for {held.role} than the one that is to sign.", code="wrong_key")
    return CryptoSigner(key, held.key)


def destroy(folder: Path) -> None:
    """Destroy the private keys of a folder for ever; the passphrases go first, and what is public stays."""
    for file in (*sorted(folder.glob("*.passphrase")), *sorted(folder.glob("*.pem"))):
        remove(file)


def _make_key(folder: Path, name: str, role: str) -> HeldKey:
    key = custody.new_private_key()
    held = holdings.held_key(name, role, key.public_key())
    custody.save(key, folder / f"{role}.pem", folder / f"{role}.passphrase")
    return held
