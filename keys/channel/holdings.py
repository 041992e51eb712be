"""Whose public keys sign which role: the holders' public files, and the list of all of them.

A holder hands over ``public.json``, which holds nothing secret. The channel's
own list, ``holders.json``, has the same entries for everybody. Names stay in
the ceremony's folders: what is published carries key ids only. Pure. Leaves
out private halves (``holder``) and how keys get into metadata (``build``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.signer import SSlibKey

from keys.channel.roles import RoleRule, rule_of
from keys.errors import KeysError
from keys.jwk import jwk_of

_FORMAT = "checkpoint-holders/1"
_LONGEST_NAME = 80


@dataclass(frozen=True)
class HeldKey:
    """One public key: who holds it, and the one role that it signs."""

    holder: str
    role: str
    key: SSlibKey

    @property
    def keyid(self) -> str:
        """The TUF key id: the SHA-256 of the key's canonical form, 64 hexadecimal digits."""
        return self.key.keyid


@dataclass(frozen=True)
class Holdings:
    """All public keys of a channel, and whether it is a demonstration."""

    keys: tuple[HeldKey, ...]
    demo: bool = False

    def of(self, role: str) -> tuple[HeldKey, ...]:
        """The keys that may sign a role."""
        return tuple(held for held in self.keys if held.role == role)

    def roles(self) -> tuple[str, ...]:
        """Every role that has a key, in the order in which they came."""
        return tuple(dict.fromkeys(held.role for held in self.keys))

    def rule(self, role: str) -> RoleRule:
        """The table's line for a role in this channel."""
        return rule_of(role, demo=self.demo)

    def delegated(self) -> tuple[str, ...]:
        """The roles that ``targets`` delegates to."""
        return tuple(role for role in self.roles() if self.rule(role).delegated)

    def offline(self) -> tuple[str, ...]:
        """The roles whose holders sign on machines of their own."""
        return tuple(role for role in self.roles() if not self.rule(role).online)

    def named(self, keyid: str) -> str:
        """Who holds a key; the key id's beginning when nobody of ours does."""
        return next((held.holder for held in self.keys if held.keyid == keyid), f"unknown key {keyid[:8]}")

    def with_keys(self, more: Iterable[HeldKey]) -> Holdings:
        """These and more; a key that is there already, or comes twice, is there once."""
        once = {(held.role, held.keyid): held for held in self.keys}
        for held in more:
            once.setdefault((held.role, held.keyid), held)
        return replace(self, keys=tuple(once.values()))

    def without(self, who: str) -> Holdings:
        """All but the keys of one holder, or the one key with this key id; KeysError when there is none."""
        kept = tuple(held for held in self.keys if who not in {held.holder, held.keyid})
        if kept == self.keys:
            raise KeysError(
                f"nobody named {who!r:.80} and no such key id is among the holders; "
                "`checkpoint-keys status` lists them.",
                code="unknown_holder",
            )
        return replace(self, keys=kept)


def checked_holder_name(name: str) -> str:
    """A holder's name as printed on minutes: 1 to 80 printable characters."""
    if not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
        raise KeysError(f"{name!r:.100} is no name for a holder; use 1 to 80 printable characters.", code="bad_name")
    return name.strip()


def held_key(holder: str, role: str, public: ec.EllipticCurvePublicKey) -> HeldKey:
    """The entry of a public key; its key id is computed, never taken over."""
    return HeldKey(checked_holder_name(holder), rule_of(role).name, SSlibKey.from_crypto(public))


def dumps(holdings: Holdings) -> bytes:
    """The list as JSON; ``loads`` reads it back."""
    keys = [{"holder": k.holder, "role": k.role, "keyid": k.keyid, "key": k.key.to_dict()} for k in holdings.keys]
    document = {"format": _FORMAT, "demo": holdings.demo, "keys": keys}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def loads(data: bytes, where: str) -> Holdings:
    """Read ``public.json`` or ``holders.json``; KeysError names the file when it is something else."""
    try:
        return _read(json.loads(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, KeysError) as error:
        raise KeysError(f"{where} is no file of holders' public keys ({error}).", code="not_holders") from error


def _read(document: dict[str, Any]) -> Holdings:
    if document["format"] != _FORMAT:
        raise ValueError("of another format")
    return Holdings(tuple(_entry(item) for item in document["keys"]), document["demo"] is True)


def _entry(item: dict[str, Any]) -> HeldKey:
    public = load_pem_public_key(item["key"]["keyval"]["public"].encode())
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError("a key is not of the curve P-256")
    jwk_of(public)  # refuses every other curve
    held = held_key(item["holder"], item["role"], public)
    if held.keyid != item["keyid"] or held.key.to_dict() != item["key"]:
        raise ValueError("a key id does not fit its key")
    return held
