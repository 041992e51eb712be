"""A proposal in plain words: what changes, for those who are to sign it and for the minutes.

Pure. Leaves out how signatures stand (``thresholds``) and what to do when (``status``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from keys.channel.documents import APPROVED, ISSUED, SIGNERS, UNREVOCATION
from keys.channel.holdings import HeldKey, Holdings
from keys.channel.proposal import Proposal
from keys.channel.roles import TOP_LEVEL, role_of_path
from keys.client.revoked import lists_of
from keys.entry import iso
from keys.errors import KeysError
from vaccine_pass.errors import PassError
from vaccine_pass.trust import TrustedSigner, loads

DEMO = "DEMONSTRATION: one holder has every key. Nothing that this channel says may protect a real pass."

_SIGNER = "key {kid}, {form} passes of {country}, signing {until}."
_SENTENCES = {
    "first": "The first root: from it scanners trust everything that follows.",
    "gone": "{holder} signs {role} no more (key {key}).",
    "come": "{holder} will sign {role} (key {key}).",
    "file": "New file {path}: {bytes} bytes, SHA-256 {sha256}.",
    "untrusted": f"NO LONGER TRUSTED: {_SIGNER}",
    "trusted": f"Newly or otherwise trusted: {_SIGNER}",
    "kept": f"Trusted as before: {_SIGNER}",
    "approved": "The list of revoked passes: {total} in all, {more} that were not approved before, {fewer} left out.",
    "unrevoked": "The list of passes that are good again: {total} in all, {more} new, {fewer} left out.",
    "issued": "Issued so far, as the register counts: {total} passes.",
    "again": "Signed again, with the same files: {role}.",
}

_README = """# Proposal to sign

{demo}{summary}

## What a holder does

1. Copy this folder to your own machine (the one that has your holder's folder).
2. Read it there: `checkpoint-keys sign --look --proposal PROPOSAL`
3. Compare the hashes with what is read out at the ceremony.
4. Sign: `checkpoint-keys sign --proposal PROPOSAL --holder YOUR-FOLDER`
5. Bring the folder back. It holds nothing secret, and nothing in it counts before enough holders have signed.
"""


@dataclass(frozen=True)
class Change:
    """One thing that a proposal changes: its kind, a key of ``_SENTENCES``, and the values of the sentence."""

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The change in English."""
        return _SENTENCES[self.kind].format(**self.values)


def changes_of(proposed: Proposal) -> tuple[Change, ...]:
    """What changes: found in the bytes to be signed, on whichever machine reads them."""
    found = [] if proposed.root_before else [Change("first")]
    found += _people(proposed.holdings_before or Holdings(()), proposed.holdings)
    found += [_file(path, data) for path, data in proposed.files.items() if path in _new(proposed)]
    found += _signers(proposed)
    found += _lists(proposed)
    again = [name for name in proposed.roles if not _says_something_new(name, proposed)]
    return (*found, *(Change("again", {"role": name}) for name in again))


def summary_of(proposed: Proposal) -> tuple[str, ...]:
    """What changes, one English sentence a line."""
    return tuple(change.sentence for change in changes_of(proposed))


def readme(proposed: Proposal) -> str:
    """The page that lies in the proposal's folder."""
    demo = f"**{DEMO}**\n\n" if proposed.holdings.demo else ""
    return _README.format(demo=demo, summary="\n".join(f"- {line}" for line in summary_of(proposed)))


def _people(before: Holdings, after: Holdings) -> list[Change]:
    known, kept = ({(it.role, it.keyid) for it in holdings.keys} for holdings in (before, after))
    gone = [it for it in before.keys if (it.role, it.keyid) not in kept]
    come = [it for it in after.keys if (it.role, it.keyid) not in known]
    return [*(_person("gone", it) for it in gone), *(_person("come", it) for it in come)]


def _person(kind: str, held: HeldKey) -> Change:
    return Change(kind, {"holder": held.holder, "role": held.role, "key": held.keyid[:16]})


def _new(proposed: Proposal) -> set[str]:
    return {path for path, data in proposed.files.items() if proposed.files_before.get(path) != data}


def _file(path: str, data: bytes) -> Change:
    return Change("file", {"path": path, "bytes": len(data), "sha256": sha256(data).hexdigest()})


def _lists(proposed: Proposal) -> list[Change]:
    """How many passes the new lists are about: what a holder can compare with what was decided."""
    before, after = lists_of(proposed.files_before.get), lists_of(proposed.files.get)
    pairs = {
        "approved": (APPROVED, before.approved_serials, after.approved_serials),
        "unrevoked": (UNREVOCATION, before.unrevoked_serials, after.unrevoked_serials),
    }
    new = _new(proposed)
    changed = [
        Change(kind, {"total": len(now), "more": len(now - then), "fewer": len(then - now)})
        for kind, (path, then, now) in pairs.items()
        if path in new
    ]
    return [*changed, *([Change("issued", {"total": after.issued.total})] if after.issued and ISSUED in new else [])]


def _signers(proposed: Proposal) -> list[Change]:
    if SIGNERS not in proposed.files:
        return []
    before = _by_kid(proposed.files_before.get(SIGNERS), f"before/targets/{SIGNERS}")
    after = _by_kid(proposed.files[SIGNERS], f"targets/{SIGNERS}")
    kept = [kid for kid in after if before.get(kid) == after[kid]]
    return [
        *(_signer("untrusted", before[kid]) for kid in before if kid not in after),
        *(_signer("trusted", after[kid]) for kid in after if kid not in kept),
        *(_signer("kept", after[kid]) for kid in kept),
    ]


def _by_kid(data: bytes | None, where: str) -> dict[str, TrustedSigner]:
    try:
        signers = loads(data).signers if data else ()
    except PassError as error:
        raise KeysError(f"the proposal's file {where} is damaged: {error.message}", code="damaged") from error
    return {signer.kid.hex(): signer for signer in signers}


def _signer(kind: str, signer: TrustedSigner) -> Change:
    until = "for ever" if signer.sign_until is None else f"until {iso(signer.sign_until)}"
    country = signer.country or "any country"
    values = {"kid": signer.kid.hex(), "form": signer.form, "country": country, "until": until}
    return Change(kind, values | {"sign_until": signer.sign_until})


def _says_something_new(name: str, proposed: Proposal) -> bool:
    if proposed.root_before is None or name in {role_of_path(path) for path in _new(proposed)}:
        return True
    before = proposed.holdings_before or Holdings(())
    roles = {"root": TOP_LEVEL, "targets": ("targets", *proposed.holdings.delegated())}.get(name, (name,))
    return any(before.of(role) != proposed.holdings.of(role) for role in roles)
