"""Where a private key lives when it is not in the key folder: in a PKCS#11 token, or on a disk apart.

Plain data for the state file: which library, which token, where its PIN lies,
and which object; or which folder. None of it is secret. Leaves out talking to
the token (``hsm_session``, ``hsm``) and the files apart (``apart``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CUSTODIES = ("file", "pkcs11")


@dataclass(frozen=True)
class TokenPlace:
    """One token and, once there is one, one key in it.

    :ivar module: the path of the PKCS#11 library.
    :ivar token: the token's label.
    :ivar pin_file: the file that holds the user's PIN, mode 0600.
    :ivar key_id: the object's CKA_ID; empty for a key that is still to be made.
    :ivar destroyed: the private object is gone from the token (a retired or revoked key).
    """

    module: str
    token: str
    pin_file: str
    key_id: bytes = b""
    destroyed: bool = False

    def __str__(self) -> str:
        return f"the token {self.token}"


@dataclass(frozen=True)
class ApartPlace:
    """A folder of its own on another disk or stick, with a spare's private half and its passphrase.

    :ivar folder: the whole path of the key's folder there.
    :ivar moved: the private half has come into the key folder, since the spare signs now; what is
        left in the folder apart is to be removed.
    :ivar destroyed: nothing is left there (a retired or revoked key).
    """

    folder: str
    moved: bool = False
    destroyed: bool = False

    def __str__(self) -> str:
        return f"the folder {self.folder}"


Place = TokenPlace | ApartPlace


def to_json(place: Place) -> dict[str, Any]:
    """The place as the state file holds it; ``from_json`` reads it back."""
    if isinstance(place, ApartPlace):
        return {"kind": "apart", "folder": place.folder, "moved": place.moved, "destroyed": place.destroyed}
    return {
        "kind": "pkcs11",
        "module": place.module,
        "token": place.token,
        "pin_file": place.pin_file,
        "key_id": place.key_id.hex(),
        "destroyed": place.destroyed,
    }


def from_json(item: Mapping[str, Any] | None) -> Place | None:
    """The place in a state file; None: an encrypted file, as in every older state file.

    Raises KeyError, TypeError or ValueError when it is damaged.
    """
    if item is None or item["kind"] == "file":
        return None
    if item["kind"] == "apart":
        return ApartPlace(str(item["folder"]), bool(item["moved"]), bool(item["destroyed"]))
    if item["kind"] != "pkcs11":
        raise ValueError("custody is file, apart or pkcs11")
    texts = {member: str(item[member]) for member in ("module", "token", "pin_file")}
    return TokenPlace(**texts, key_id=bytes.fromhex(item["key_id"]), destroyed=bool(item["destroyed"]))
