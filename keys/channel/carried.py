"""Noting in the key folder which of its signers a release carries: from then on scanners can know them."""

from __future__ import annotations

from keys import lifecycle
from keys.channel import documents
from keys.channel.release import Release
from keys.entry import SignerEntry
from keys.store import KeyStore


def note_published(store: KeyStore, release: Release, now: int) -> None:
    """Note it for each signer that was not published before; repeating changes nothing."""
    if not store.exists():
        return
    data = release.target(documents.SIGNERS)
    carried = documents.kids(data) if data else frozenset()
    store.change(lambda signers: tuple(_published(entry, carried, now) for entry in signers))


def _published(entry: SignerEntry, carried: frozenset[bytes], now: int) -> SignerEntry:
    return lifecycle.published((entry,), now)[0] if entry.kid in carried else entry
