"""What scanners say that they hold: signed receipts, and how many of them know a key.

The server exports its scanners with their last receipts as one file; each receipt is verified
here against its scanner's own key, so that nobody between the scanner and the ceremony can make
one up. A bad one counts as none. Receipts may only delay an activation (DESIGN: life cycle), so
whoever forges or withholds them can gain no more than a delay. Pure. Leaves out how long it may
be (``lifecycle``) and reading the file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from keys import jws
from keys.client.receipt import FORMAT, TYPE
from keys.entry import iso, seconds
from keys.errors import KeysError

SCANNERS_FORMAT = "checkpoint-scanners/1"
DAY = 86_400
MOST_BYTES, MOST_SCANNERS = 64 << 20, 100_000
# A scanner's clock may be a day wrong; a receipt that is dated further ahead says nothing about today.
CLOCK_ERROR = DAY
_NAMED = 5  # so many posts stand in a sentence


@dataclass(frozen=True)
class Receipt:
    """What one device said that it holds.

    :ivar device: the device's id, 16 hexadecimal digits.
    :ivar at: when it said so, by its own trusted time, Unix seconds.
    :ivar signers: the ids of the keys that it trusts, 8 bytes each.
    :ivar keys_signed_at: when holders signed the list of those keys, Unix seconds; None when it does not say.
    """

    device: str
    post: str
    at: int
    signers: frozenset[bytes]
    keys_signed_at: int | None = None


@dataclass(frozen=True)
class Scanner:
    """One enrolled scanner, and its last good receipt if there is one; ``enrolled_at`` in Unix seconds."""

    device: str
    post: str
    enrolled_at: int
    receipt: Receipt | None = None


@dataclass(frozen=True)
class Coverage:
    """How many scanners hold a key; ``waiting`` are the posts of those that do not, each as often as it has some."""

    total: int
    holding: int
    waiting: tuple[str, ...] = ()

    @property
    def percent(self) -> int:
        """The share that holds it, in percent; 100 only when all do."""
        if not self.total or not self.waiting:
            return 100
        return min(99, round(100 * self.holding / self.total))

    def __str__(self) -> str:
        return f"{self.percent}% of {self.total} scanners hold it"

    def waits_until(self, until: int) -> str:
        """The sentence of an activation that waits: for how many, until when (Unix seconds), and which posts."""
        named = ", ".join(self.waiting[:_NAMED]) + (", …" if len(self.waiting) > _NAMED else "")
        return f"{self}; waiting for {len(self.waiting)} until {iso(until)}: {named}"


def read(signed: str, jwk: Mapping[str, str]) -> Receipt:
    """The receipt in a JWS, verified with the key of the device that it has to come from.

    :raises KeysError: as ``jws.verify``; ``bad_receipt`` when it is signed and says something else.
    """
    data = jws.verify(signed, jwk, typ=TYPE)
    try:
        return _receipt(json.loads(data), jws.device_id_of(jwk))
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise KeysError(f"the receipt is not one of this format ({error}).", code="bad_receipt") from error


def coverage(kid: bytes, scanners: Iterable[Scanner]) -> Coverage:
    """How many of the scanners hold the key with this id (8 bytes)."""
    known = tuple(scanners)
    waiting = tuple(sorted(it.post for it in known if it.receipt is None or kid not in it.receipt.signers))
    return Coverage(len(known), len(known) - len(waiting), waiting)


def load_scanners(data: bytes) -> tuple[Scanner, ...]:
    """The scanners in the file that the server exports, each device once, with its newest good receipt.

    :raises KeysError: ``bad_scanners_file`` when it is something else. What one scanner sent makes no
        file bad: it counts as a scanner that says nothing.
    """
    try:
        document = _document(data)
        at = seconds(document["at"])
        entries = [_scanner(item, at) for item in document["scanners"]]
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise KeysError(
            f"the file of scanners is damaged ({type(error).__name__}: {error!s:.80}); export it from the server anew, "
            "or take it away.",
            code="bad_scanners_file",
        ) from error
    found: dict[str, Scanner] = {}
    for entry in entries:
        found[entry.device] = _newer(found[entry.device], entry) if entry.device in found else entry
    return tuple(found.values())


def _document(data: bytes) -> dict[str, Any]:
    if len(data) > MOST_BYTES:
        raise ValueError(f"more than {MOST_BYTES} bytes")
    document = json.loads(data)
    if document["format"] != SCANNERS_FORMAT:
        raise ValueError(f"not of the format {SCANNERS_FORMAT}")
    if not isinstance(document["scanners"], list) or len(document["scanners"]) > MOST_SCANNERS:
        raise ValueError(f"no list of at most {MOST_SCANNERS} scanners")
    return dict(document)


def _scanner(item: Mapping[str, Any], at: int) -> Scanner:
    device, post = _text(item["device"], 64), _text(item["post"], 80)
    scanner = Scanner(device, post, seconds(item["enrolled_at"]))
    try:
        receipt = read(item["receipt"], item["key"]) if isinstance(item["receipt"], str) else None
    except KeysError:  # it counts for nothing, and the coverage says that this scanner waits
        return scanner
    sound = receipt is not None and receipt.device == device and receipt.at <= at + CLOCK_ERROR
    return replace(scanner, receipt=receipt) if sound else scanner


def _newer(one: Scanner, other: Scanner) -> Scanner:
    return max((one, other), key=lambda it: it.receipt.at if it.receipt else -1)


def _receipt(document: Mapping[str, Any], device: str) -> Receipt:
    if document["format"] != FORMAT or document["device"] != device:
        raise ValueError("of another format, or of another device")
    if not isinstance(document["signers"], list):
        raise TypeError("signers is no list")
    signers = frozenset(bytes.fromhex(_text(kid, 16)) for kid in document["signers"])
    signed_at = document.get("roles", {}).get("keys", {}).get("signed_at")
    return Receipt(
        device,
        _text(document["post"], 80),
        seconds(document["at"]),
        signers,
        None if signed_at is None else seconds(signed_at),
    )


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
        raise ValueError(f"a text of 1 to {longest} printable characters is missing")
    return value
