"""What a holder signed last, kept in the holder's own folder: the only past that the publisher cannot rewrite.

A proposal brings what is "of now" with it, and proves none of it: whoever owns the publisher's machine could put
a key of their own into both lists, so that it reads "trusted as before" or "signed again, with the same files".
So each holder's machine keeps hashes of what was signed there, and a proposal whose past is another one is
signed only when the holder says to have looked at what others signed meanwhile. Leaves out the signing (``sign``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from keys.channel import documents
from keys.channel.holdings import Holdings
from keys.channel.proposal import Proposal
from keys.channel.roles import role_of_path
from keys.errors import KeysError
from keys.files import read_public, write_whole

FILE_NAME = "signed.json"
_FORMAT = "checkpoint-signed/1"
_FIRST = "You sign here for the first time: everything in this proposal is new to you."


def differences(proposed: Proposal, holder_folder: Path) -> tuple[str, ...]:
    """What the proposal calls the present and this holder knows otherwise, a sentence each.

    :raises KeysError: ``damaged`` when the holder's note cannot be read.
    """
    known = _known(holder_folder / FILE_NAME)
    if known is None or proposed.root_before is None or known["bytes"] == _bytes(proposed):
        return ()
    found = [
        f"{path} was another file when you signed it last"
        for path, digest in known["files"].items()
        if role_of_path(path) in proposed.roles and _digest(proposed.files_before.get(path)) != digest
    ]
    if known["holders"] != _holders(proposed.holdings_before or Holdings(())):
        found.append("the holders and their keys were others")
    data = proposed.files.get(documents.SIGNERS)
    unseen = sorted(kid.hex() for kid in documents.kids(data)) if data else []
    news = [f"you have signed no list with the key {kid}" for kid in unseen if kid not in known["signers"]]
    return tuple(found + news) if found else ()


def refuse_if_different(proposed: Proposal, holder_folder: Path, *, missed: bool) -> tuple[str, ...]:
    """The sentences for the holder to read; KeysError when there are differences and ``missed`` was not said."""
    found = differences(proposed, holder_folder)
    if found and not missed:
        raise KeysError(
            f"what this proposal calls the present is not what you signed last: {'; '.join(found)}. If other holders "
            "signed changes meanwhile, or yours was taken back, compare it with them, not with the publisher, and sign "
            "with --missed; else sign nothing.",
            code="not_what_you_signed",
        )
    first = (_FIRST,) if _known(holder_folder / FILE_NAME) is None else ()
    return (*first, *(f"Signed by others meanwhile: {sentence}." for sentence in found))


def note(proposed: Proposal, holder_folder: Path) -> None:
    """Keep what was signed now; what this proposal does not carry stays as it was."""
    file = holder_folder / FILE_NAME
    known = _known(file) or {"files": {}, "signers": []}
    roles = set(proposed.roles)
    kept = {path: digest for path, digest in known["files"].items() if role_of_path(path) not in roles}
    files = kept | {path: _digest(data) for path, data in proposed.files.items()}
    signers = set(known["signers"])
    if data := proposed.files.get(documents.SIGNERS):
        signers |= {kid.hex() for kid in documents.kids(data)}
    now = {"bytes": _bytes(proposed), "files": files, "signers": sorted(signers)}
    document = {"format": _FORMAT, **now, "holders": _holders(proposed.holdings)}
    write_whole(file, (json.dumps(document, indent=1, sort_keys=True) + "\n").encode("ascii"))


def _known(file: Path) -> Mapping[str, Any] | None:
    if not file.exists():
        return None
    try:
        document = json.loads(read_public(file))
        known = {name: document[name] for name in ("bytes", "files", "signers", "holders")}
        sound = document["format"] == _FORMAT and isinstance(known["files"], dict)
    except (ValueError, KeyError, TypeError):
        sound = False
    if not sound:
        raise KeysError(f"{file} is damaged; take it away, and look at everything anew.", code="damaged")
    return known


def _bytes(proposed: Proposal) -> dict[str, str]:
    """The hashes of exactly what is to be signed: the same proposal may be signed again."""
    return {name: _digest(it.signed_bytes) for name, it in proposed.roles.items()}


def _digest(data: bytes | None) -> str:
    return sha256(data).hexdigest() if data is not None else ""


def _holders(holdings: Holdings) -> str:
    """Which key signs for which offline role; names and online keys are left out."""
    pairs = sorted(f"{held.role} {held.keyid}" for role in holdings.offline() for held in holdings.of(role))
    return _digest("\n".join(pairs).encode())
