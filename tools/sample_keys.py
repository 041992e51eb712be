"""A key folder with a past, for pictures: keys in every state, made by the real ceremony at past times.

The first domestic key was replaced in time; its replacement signs, and the next one waits. The
second travel key was revoked, and the spare took its place. Each form has a spare now, in a folder
beside the keys, as on a stick. Left out: what the keys sign.
"""

from __future__ import annotations

from pathlib import Path

from keys import ceremony, lifecycle
from keys.entry import iso
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.store import KeyStore


def make(folder: Path, now: int) -> None:
    """Make the keys in ``folder`` as they stand at ``now`` (Unix seconds)."""
    store = KeyStore(folder)
    ceremony.init(store, now - 150 * DAY)
    lost = _waiting(store, "travel", now - 115 * DAY)
    second = _waiting(store, "domestic", now - 90 * DAY)
    _active(store, lost, now - 80 * DAY)
    spare = _spare(store, "travel", now - 75 * DAY, "VN-DU-PHONG")
    _active(store, second, now - 66 * DAY)
    _revoked(store, lost, now - 33 * DAY, "the card was lost")
    _active(store, spare, now - 33 * DAY)
    _spare(store, "travel", now - 32 * DAY, "VN-DU-PHONG-2")
    _spare(store, "domestic", now - 60 * DAY, "VN-DU-PHONG-TN")
    _waiting(store, "domestic", now - 9 * DAY)


def lose_the_travel_key(folder: Path, now: int) -> None:
    """Afterwards no travel key signs: it was stolen, and the spare that answers it waits to be activated."""
    store = KeyStore(folder)
    active = lifecycle.active(store.signers(), "travel")
    if active is not None:
        _revoked(store, active.kid, now, "stolen")


def _waiting(store: KeyStore, form: str, at: int, name: str | None = None) -> bytes:
    named_after_its_month = f"VN-{iso(at + STALENESS_LIMIT)[:7]}-{form}"
    made = ceremony.new(store, at, form=form, name=name or named_after_its_month)
    store.mark_published(at)
    return made.kid


def _spare(store: KeyStore, form: str, at: int, name: str) -> bytes:
    made = ceremony.new_spare(store, at, form=form, name=name, where=store.root.parent / "stick")
    store.mark_published(at)
    return made.kid


def _active(store: KeyStore, kid: bytes, at: int) -> None:
    store.change(lambda signers: lifecycle.activate(signers, kid, at))


def _revoked(store: KeyStore, kid: bytes, at: int, reason: str) -> None:
    store.change(lambda signers: lifecycle.revoke(signers, kid, at, reason))
