"""What the commands of revocation say: previews, batches, progress, and what is still to do about a key."""

from __future__ import annotations

import argparse
import json
import re
import time
from typing import TYPE_CHECKING

from keys import lifecycle
from keys.entry import KeyStatus
from vaccine_pass.errors import CheckpointError
from verifier_server.commands import answer, say

if TYPE_CHECKING:
    from keys.store import KeyStore
    from verifier_server.revocation.preview import Preview
    from verifier_server.revocation.tables import RevocationBatch

# What a BIGINT can hold.
MOST = 2**63 - 1
DIGITS = len(str(MOST))
_PRINTED = re.compile("[0-9A-Fa-f]{8}")

_VERBS = {"revoke": "turn red", "unrevoke": "be accepted again"}


def show_preview(found: Preview, action: str, *, as_json: bool) -> None:
    """Print a preview."""
    if as_json:
        answer(json.dumps({"action": action, **found.to_json()}, ensure_ascii=True))
        return
    total = found.total
    answer(f"{total.passes} passes of {total.people} people would {_VERBS[action]}, of {found.issued} issued in all.")
    answer(f"Of these: {found.current} current, {found.superseded} superseded, {found.expired} expired.")
    if found.unchanged:
        answer(f"Not counted: {found.unchanged} that are so already.")
    for title, counts in (("form", found.by_form), ("province", found.by_province), ("site", found.by_site)):
        for name, count in counts.items():
            answer(f"{title:<9} {count.passes:>9} passes {count.people:>9} people  {name}")


def show_batch(batch: RevocationBatch | None, *, as_json: bool) -> None:
    """Print what became of a batch; None: there was nothing to do."""
    if as_json:
        answer(json.dumps(_document(batch), ensure_ascii=True))
    elif batch is not None:
        answer(_sentence(batch))


def key_sentence(store: KeyStore, kid: str) -> str:
    """Say what is still to be done about a key whose passes are revoked."""
    try:
        entry = lifecycle.find(store.signers(), kid)
    except CheckpointError:
        return f"The key {kid} is not in this key folder: run `checkpoint-keys revoke {kid}` where it is."
    if entry.status is KeyStatus.REVOKED:
        return (
            f"The key {entry} is revoked itself, too. What scanners still have to be told, if anything, is said by "
            "`checkpoint-keys status` for the key and by `checkpoint-server revocations --out DIR` for the passes."
        )
    return f"The key itself is still trusted: `checkpoint-keys revoke {entry.name}` must be run as well."


def revoke_key(store: KeyStore, kid: str, reason: str, now: int) -> None:
    """Revoke a key itself; one that is revoked already stays so.

    :raises CheckpointError: it is not in this key folder.
    """
    entry = lifecycle.find(store.signers(), kid)
    if entry.status is not KeyStatus.REVOKED:
        store.change(lambda signers: lifecycle.revoke(signers, entry.kid, now, reason))


def row_number(text: str) -> int:
    """Read a number from the command line that a table may hold (argparse calls this)."""
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS and int(text) <= MOST):
        raise argparse.ArgumentTypeError(f"{text!r:.40} is no number of anything")
    return int(text)


def printed_number(text: str) -> int:
    """Read the serial that is printed below a domestic code: 8 hexadecimal digits (argparse calls this).

    A form of its own, since eight digits alone may be a printed number or a serial of another pass.
    """
    if not _PRINTED.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r:.40} is not the 8 characters printed below a code, as 001458BE")
    return int(text, 16)


class Progress:
    """A line now and then: how many are done."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._told = time.monotonic()

    def told(self, done: int) -> None:
        """Say how far it is, at most once a second."""
        if time.monotonic() - self._told >= 1:
            self._told = time.monotonic()
            say(f"{done} {self._what} done")


def _document(batch: RevocationBatch | None) -> dict[str, object]:
    if batch is None:
        return {"batch": None, "state": "nothing", "passes": 0}
    passes = batch.proposed_passes if batch.is_waiting else batch.passes_done
    return {"batch": batch.id, "action": batch.action, "state": batch.state, "passes": passes}


def _sentence(batch: RevocationBatch) -> str:
    if batch.is_waiting:
        return (
            f"Batch {batch.id} would {batch.action} {batch.proposed_passes} passes and waits for a second person: "
            f"another administrator runs `checkpoint-server approve {batch.id} --by EMAIL`."
        )
    done = {"revoke": "revoked", "unrevoke": "no longer revoked"}[batch.action]
    if batch.is_withdrawn:
        return f"Batch {batch.id} is withdrawn; nothing was changed."
    passes = "1 pass" if batch.passes_done == 1 else f"{batch.passes_done} passes"
    return f"Batch {batch.id}: {passes} {done}."
