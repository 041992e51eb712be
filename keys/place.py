"""Where a private key lives when it is not in a file: an object in a PKCS#11 token.

Plain data for the state file: which library, which token, where its PIN lies,
and which object. None of it is secret. Leaves out talking to the token
(``hsm_session``, ``hsm``).
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


def to_json(place: TokenPlace) -> dict[str, Any]:
    """The place as the state file holds it; ``from_json`` reads it back."""
    return {
        "kind": "pkcs11",
        "module": place.module,
        "token": place.token,
        "pin_file": place.pin_file,
        "key_id": place.key_id.hex(),
        "destroyed": place.destroyed,
    }


def from_json(item: Mapping[str, Any] | None) -> TokenPlace | None:
    """The place in a state file; None: an encrypted file, as in every older state file.

    Raises KeyError, TypeError or ValueError when it is damaged.
    """
    if item is None or item["kind"] == "file":
        return None
    if item["kind"] != "pkcs11":
        raise ValueError("custody is file or pkcs11")
    texts = {member: str(item[member]) for member in ("module", "token", "pin_file")}
    return TokenPlace(**texts, key_id=bytes.fromhex(item["key_id"]), destroyed=bool(item["destroyed"]))
