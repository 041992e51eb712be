"""A proposal in plain words: what changes, for those who are to sign it and for the minutes.

Pure. Leaves out how signatures stand (``thresholds``) and what to do when (``status``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from tuf.api.metadata import Metadata, Targets

from keys.channel.documents import SIGNERS
from keys.channel.holdings import Holdings
from keys.channel.proposal import Proposal

DEMO = "DEMONSTRATION: one holder has every key. Nothing that this channel says may protect a real pass."

_README = """# Proposal to sign

{demo}{summary}

## What a holder does

1. Copy this folder to your own machine (the one that has your holder's folder).
2. Read it there: `checkpoint-keys channel sign --look --proposal PROPOSAL`
3. Compare the hashes with what is read out at the ceremony.
4. Sign: `checkpoint-keys channel sign --proposal PROPOSAL --holder YOUR-FOLDER`
5. Bring the folder back. It holds nothing secret, and nothing in it counts before enough holders have signed.
"""


def summary_of(proposed: Proposal, targets: Mapping[str, Metadata[Targets]]) -> tuple[str, ...]:
    """What changes, one sentence a line."""
    lines = [] if proposed.root_before else ["The first root: from it scanners trust everything that follows."]
    lines += _people(proposed.holdings_before or Holdings(()), proposed.holdings)
    lines += [_file(path, data) for path, data in proposed.files.items()]
    lines += _signers(proposed)
    touched = {path.split("/")[0] for path in proposed.files}
    again = [name for name in proposed.roles if name in targets and not _says_something(name, proposed, touched)]
    return (*lines, *(f"Signed again, with the same files: {name}." for name in again))


def readme(proposed: Proposal) -> str:
    """The page that lies in the proposal's folder."""
    demo = f"**{DEMO}**\n\n" if proposed.holdings.demo else ""
    return _README.format(demo=demo, summary="\n".join(f"- {line}" for line in proposed.summary))


def _people(before: Holdings, after: Holdings) -> list[str]:
    known, kept = ({(it.role, it.keyid) for it in holdings.keys} for holdings in (before, after))
    gone = [it for it in before.keys if (it.role, it.keyid) not in kept]
    come = [it for it in after.keys if (it.role, it.keyid) not in known]
    return [
        *(f"{it.holder} signs {it.role} no more (key {it.keyid[:16]})." for it in gone),
        *(f"{it.holder} will sign {it.role} (key {it.keyid[:16]})." for it in come),
    ]


def _file(path: str, data: bytes) -> str:
    return f"New file {path}: {len(data)} bytes, SHA-256 {sha256(data).hexdigest()}."


def _signers(proposed: Proposal) -> list[str]:
    if SIGNERS not in proposed.files:
        return []
    signers = json.loads(proposed.files[SIGNERS])["signers"]
    return [f"Trusted to sign {it['form']} passes: {it['kid']}, until {it.get('sign_until', '-')}." for it in signers]


def _says_something(name: str, proposed: Proposal, touched: set[str]) -> bool:
    moved = {it.role for it in proposed.holdings.keys} if proposed.root_before is None else set()
    return name in moved or name.split("-", maxsplit=1)[0] in touched or (name == "targets" and "vaccines" in touched)
