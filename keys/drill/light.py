"""The drill's private keys, opened hundreds of times: their files are written anew, in a form that opens fast.

A key is made and encrypted as everywhere (``keys.custody``: scrypt, a tenth of a second). Afterwards the drill, and
only the drill, encrypts the file again under the same passphrase with the 2,048 rounds of ``cryptography``'s own. So
custody has no switch for weaker keys, and what is weakened lies in a folder that the drill removes.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from keys import custody
from keys.files import read_private, write_whole


def lighten(key_file: Path, passphrase_file: Path) -> None:
    """Write one encrypted key file anew, so that it opens in a millisecond."""
    key = custody.load_private_key(key_file, passphrase_file)
    passphrase = BestAvailableEncryption(read_private(passphrase_file).strip())
    write_whole(key_file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, passphrase))


def lighten_holder(folder: Path) -> None:
    """The same for every key in a holder's folder."""
    for key_file in sorted(folder.glob("*.pem")):
        lighten(key_file, key_file.with_suffix(".passphrase"))
