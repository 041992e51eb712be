"""Who has signed what is proposed, who may still sign, and how many are missing.

A root must satisfy two roots: the one that scanners trust now and itself (TUF
section 5.3). A delegated role is judged by the delegation that will be in force.
Only valid signatures of the named keys count, each key once. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from securesystemslib.signer import Key, Signature
from tuf.api.metadata import Metadata, Role, Root, Targets, VerificationResult

from keys.channel.proposal import Proposal
from keys.channel.roles import TOP_LEVEL
from keys.errors import KeysError


@dataclass(frozen=True)
class Standing:
    """One threshold and how it stands: ``whose`` is the role, or the former root."""

    role: str
    whose: str
    version: int
    threshold: int
    signed: tuple[str, ...]
    unsigned: tuple[str, ...]

    @property
    def missing(self) -> int:
        """How many signatures are missing."""
        return max(0, self.threshold - len(self.signed))


def standings(proposal: Proposal) -> tuple[Standing, ...]:
    """Every threshold that the proposal has to meet."""
    found = []
    for name, metadata in proposal.roles.items():
        for whose, delegator in _delegators(proposal, name):
            result = _result(delegator, name, metadata, proposal.signatures.get(name, {}))
            signed, unsigned = tuple(result.signed), tuple(result.unsigned)
            found.append(Standing(name, whose, metadata.signed.version, result.threshold, signed, unsigned))
    return tuple(found)


def expected_keys(proposal: Proposal, role: str) -> dict[str, Key]:
    """The keys that may sign a proposed role, by key id: for a root, the former root's too."""
    keys: dict[str, Key] = {}
    for _, delegator in _delegators(proposal, role):
        keys |= {keyid: delegator.get_key(keyid) for keyid in delegator.get_delegated_role(role).keyids}
    return keys


def valid_signatures(proposal: Proposal, role: str) -> dict[str, Signature]:
    """The signatures of a role that count for anything; what strangers added is left out."""
    counted = {keyid for it in standings(proposal) if it.role == role for keyid in it.signed}
    return {keyid: it for keyid, it in proposal.signatures.get(role, {}).items() if keyid in counted}


def refuse_unless_met(proposal: Proposal) -> None:
    """KeysError that names what is missing and who can give it, unless every threshold is met."""
    lacking = [sentence(it, proposal) for it in standings(proposal) if it.missing]
    if lacking:
        raise KeysError(
            f"nothing was published: {'; '.join(lacking)}. The signatures so far are kept; let the others sign a copy, "
            "and publish it with --copy.",
            code="threshold_not_met",
        )


def sentence(standing: Standing, proposal: Proposal) -> str:
    """How one threshold stands, in words, with the names of those who may still sign."""
    whose = f"{standing.role} {standing.version}" + (" (by the former root)" if standing.whose == "before" else "")
    count = len(standing.signed)
    done = f"{whose}: {count} signature{'' if count == 1 else 's'}, {standing.threshold} needed"
    if not standing.missing:
        return done
    names = ", ".join(proposal.name_of(keyid) for keyid in standing.unsigned)
    return f"{done}, {standing.missing} more of {names}"


def verify(delegator: Root | Targets, role: str, metadata: Metadata[Any]) -> None:
    """KeysError unless published metadata bears enough signatures of its delegator's keys."""
    if not _result(delegator, role, metadata, metadata.signatures):
        raise KeysError(f"the signatures of {role} {metadata.signed.version} are too few.", code="bad_signatures")


def _delegators(proposal: Proposal, role: str) -> list[tuple[str, Root | Targets]]:
    if role == "root" and proposal.root_before:
        return [("before", proposal.root_before.signed), ("root", proposal.root)]
    return [(role, proposal.root if role in TOP_LEVEL else proposal.targets)]


def _result(
    delegator: Root | Targets, role: str, metadata: Metadata[Any], signatures: Mapping[str, Signature]
) -> VerificationResult:
    try:
        named: Role = delegator.get_delegated_role(role)
    except ValueError as error:
        raise KeysError(f"nobody delegates to {role}.", code="unknown_role") from error
    if named.threshold < 1:
        raise KeysError(f"the threshold of {role} is {named.threshold}.", code="threshold_too_low")
    return delegator.get_verification_result(role, metadata.signed_bytes, dict(signatures))
