"""A proposal in plain words: what changes, for those who are to sign it and for the minutes.

Pure. Leaves out how signatures stand (``thresholds``) and what to do when (``status``).
"""

from __future__ import annotations

from hashlib import sha256

from keys.channel.documents import SIGNERS
from keys.channel.holdings import Holdings
from keys.channel.proposal import Proposal
from keys.channel.roles import TOP_LEVEL, role_of_path
from keys.entry import iso
from vaccine_pass.trust import TrustedSigner, loads

DEMO = "DEMONSTRATION: one holder has every key. Nothing that this channel says may protect a real pass."

_README = """# Proposal to sign

{demo}{summary}

## What a holder does

1. Copy this folder to your own machine (the one that has your holder's folder).
2. Read it there: `checkpoint-keys sign --look --proposal PROPOSAL`
3. Compare the hashes with what is read out at the ceremony.
4. Sign: `checkpoint-keys sign --proposal PROPOSAL --holder YOUR-FOLDER`
5. Bring the folder back. It holds nothing secret, and nothing in it counts before enough holders have signed.
"""


def summary_of(proposed: Proposal) -> tuple[str, ...]:
    """What changes, one sentence a line: found in the bytes to be signed, on whichever machine reads them."""
    lines = [] if proposed.root_before else ["The first root: from it scanners trust everything that follows."]
    lines += _people(proposed.holdings_before or Holdings(()), proposed.holdings)
    lines += [_file(path, data) for path, data in proposed.files.items() if path in _new(proposed)]
    lines += _signers(proposed)
    again = [name for name in proposed.roles if not _says_something_new(name, proposed)]
    return (*lines, *(f"Signed again, with the same files: {name}." for name in again))


def readme(proposed: Proposal) -> str:
    """The page that lies in the proposal's folder."""
    demo = f"**{DEMO}**\n\n" if proposed.holdings.demo else ""
    return _README.format(demo=demo, summary="\n".join(f"- {line}" for line in summary_of(proposed)))


def _people(before: Holdings, after: Holdings) -> list[str]:
    known, kept = ({(it.role, it.keyid) for it in holdings.keys} for holdings in (before, after))
    gone = [it for it in before.keys if (it.role, it.keyid) not in kept]
    come = [it for it in after.keys if (it.role, it.keyid) not in known]
    return [
        *(f"{it.holder} signs {it.role} no more (key {it.keyid[:16]})." for it in gone),
        *(f"{it.holder} will sign {it.role} (key {it.keyid[:16]})." for it in come),
    ]


def _new(proposed: Proposal) -> set[str]:
    return {path for path, data in proposed.files.items() if proposed.files_before.get(path) != data}


def _file(path: str, data: bytes) -> str:
    return f"New file {path}: {len(data)} bytes, SHA-256 {sha256(data).hexdigest()}."


def _signers(proposed: Proposal) -> list[str]:
    if SIGNERS not in proposed.files:
        return []
    before, after = _by_kid(proposed.files_before.get(SIGNERS)), _by_kid(proposed.files[SIGNERS])
    kept = [kid for kid in after if before.get(kid) == after[kid]]
    return [
        *(f"NO LONGER TRUSTED: {before[kid]}." for kid in before if kid not in after),
        *(f"Newly or otherwise trusted: {after[kid]}." for kid in after if kid not in kept),
        *(f"Trusted as before: {after[kid]}." for kid in kept),
    ]


def _by_kid(data: bytes | None) -> dict[str, str]:
    signers = loads(data).signers if data else ()
    return {signer.kid.hex(): _signer(signer) for signer in signers}


def _signer(signer: TrustedSigner) -> str:
    until = "for ever" if signer.sign_until is None else f"until {iso(signer.sign_until)}"
    return f"key {signer.kid.hex()}, {signer.form} passes of {signer.country or 'any country'}, signing {until}"


def _says_something_new(name: str, proposed: Proposal) -> bool:
    if proposed.root_before is None or name in {role_of_path(path) for path in _new(proposed)}:
        return True
    before = proposed.holdings_before or Holdings(())
    roles = {"root": TOP_LEVEL, "targets": ("targets", *proposed.holdings.delegated())}.get(name, (name,))
    return any(before.of(role) != proposed.holdings.of(role) for role in roles)
