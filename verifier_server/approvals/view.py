"""What the templates of a batch need: its words, its pictures, and the key that only its holder can revoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keys import lifecycle
from keys.entry import KeyStatus
from vaccine_pass.errors import CheckpointError
from verifier_server.approvals import drawing, lists, reading, words
from verifier_server.channel.pages import channel_folder
from verifier_server.revocation.selection import selection_of
from verifier_server.web.services import reading as register
from verifier_server.web.services import services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys.entry import SignerEntry
    from verifier_server.revocation.preview import Count, Preview
    from verifier_server.revocation.selection import Selection
    from verifier_server.revocation.tables import RevocationBatch


def about(action: str, chosen: Selection) -> dict[str, object]:
    """What is done with what, in words; for a key also what only its holder can do."""
    name = reading.named(register(), chosen)
    if chosen.kind != "key":
        return {"title": words.title_of(action, chosen, name), "action": action, "chosen": chosen, "trusted": None}
    entry = _signer(chosen.chosen)
    trusted = entry.name if entry is not None and entry.status is not KeyStatus.REVOKED else None
    title = words.title_of(action, chosen, entry.name if entry is not None else name)
    return {"title": title, "action": action, "chosen": chosen, "trusted": trusted if action == "revoke" else None}


def signers() -> lifecycle.Signers:
    """The keys of the key folder; none when it is not on this machine."""
    store = services().key_store
    return store.signers() if store.exists() else ()


def _signer(kid: str) -> SignerEntry | None:
    try:
        return lifecycle.find(signers(), kid)
    except CheckpointError:
        return None


def rows(state: str) -> list[dict[str, object]]:
    """The batches in one state, each with its words."""
    return [
        {"told": told, "batch": told.batch, **about(told.batch.action, selection_of(told.batch))}
        for told in reading.batches(register(), states=(state,))
    ]


def pictures(found: Preview) -> dict[str, object]:
    """What would change, by province and site."""
    return {"found": found, **_bars(found.by_province, found.by_site)}


def shares(batch: RevocationBatch) -> dict[str, object]:
    """What was changed, by province and site."""
    shares = reading.shares_of(register(), batch)
    return {"found": None, **_bars(shares.by_province, shares.by_site)}


def list_command(batch: RevocationBatch) -> str | None:
    """The command that brings a finished batch to the scanners; None when the trust channel says it already."""
    if batch.state != "finished" or not batch.passes_done:
        return None
    folder = channel_folder()
    try:
        published, proposed = folder.published(), folder.proposal()
        if published is None or not lists.are_behind(register(), published.release, proposed, services().now()):
            return None
    except CheckpointError:
        return None  # the channel's own page says what is wrong with it
    return lists.COMMAND


def _bars(by_province: Mapping[str, Count], by_site: Mapping[str, Count]) -> dict[str, object]:
    return {
        "provinces": drawing.bars(by_province),
        "places": drawing.bars(by_site),
        "place_name": words.place_name,
    }
