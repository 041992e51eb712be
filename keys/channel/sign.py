"""A holder signs a proposal, on a machine of their own, from a copy of its folder.

Everything is looked at again there: the holder's machine trusts neither the one
that made the proposal nor the stick that brought it. Leaves out gathering the
signatures (``publish``).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from securesystemslib.signer import SSlibKey
from tuf.api.metadata import Root, TargetFile, Targets

from keys.channel import build, documents, holder, proposal, rails, remembered, thresholds
from keys.channel.holdings import HeldKey, Holdings
from keys.channel.proposal import Proposal
from keys.channel.roles import DAY
from keys.entry import iso
from keys.errors import KeysError

# A date in the future would move every scanner's clock floor; one this old is a forgotten proposal.
_AHEAD, _OLD = DAY, 14 * DAY


@dataclass(frozen=True)
class Signed:
    """One signature that was given: which role and version, and the SHA-256 of what was signed.

    :ivar again: this key had signed the same before.
    """

    role: str
    version: int
    digest: str
    again: bool = False


def sign(folder: Path, holder_folder: Path, now: int) -> tuple[Signed, ...]:
    """Add this holder's signatures to the proposal; signing again changes nothing that counts.

    Raises KeysError when a check fails, or when none of the holder's keys is asked for.
    """
    proposed = proposal.read(folder)
    check(proposed, now)
    refuse_if_changed(proposed)
    own = _own_keys(proposed, holder.public_of_folder(holder_folder))
    signed = {
        role: proposed.roles[role].sign(holder.signer(holder_folder, held), append=True) for role, held in own.items()
    }
    remembered.note(proposed, holder_folder)  # first: what was signed and not noted would be nobody's past
    for role, signature in signed.items():
        proposal.add_signature(folder, role, signature)
    return tuple(_signed(proposed, role, held.keyid) for role, held in own.items())


def check(proposed: Proposal, now: int) -> None:
    """Refuse what no holder should sign: wrong dates, wrong files, or beyond the guard rails."""
    rails.check(proposed.root, proposed.targets)
    for name, metadata in proposed.roles.items():
        dated = build.signed_at(metadata.signed)
        rails.check_period(name, metadata.signed, dated)
        _check_date(name, dated, now)
    _check_demo(proposed)
    _check_holders(proposed.holdings, proposed.root, proposed.targets)
    if proposed.holdings_before and proposed.root_before and proposed.targets_before:
        _check_holders(proposed.holdings_before, proposed.root_before.signed, proposed.targets_before.signed)
    _check_files(proposed)


def refuse_if_changed(proposed: Proposal) -> None:
    """Refuse a copy in which a holder's signature is of other bytes than those that are shown now."""
    for role in proposed.roles:
        expected, valid = thresholds.expected_keys(proposed, role), thresholds.valid_signatures(proposed, role)
        for keyid in proposed.signatures.get(role, {}):
            if keyid in expected and keyid not in valid:
                raise KeysError(
                    f"{proposed.name_of(keyid)} signed something else for {role} than what is proposed here: it was "
                    "changed afterwards. Sign nothing, and ask the publisher for a new copy.",
                    code="changed_after_signing",
                )


def digest(proposed: Proposal, role: str) -> str:
    """The SHA-256 of the bytes that are signed for a role: what holders compare and minutes print."""
    return sha256(proposed.roles[role].signed_bytes).hexdigest()


def _own_keys(proposed: Proposal, own: Holdings) -> dict[str, HeldKey]:
    wanted = {role: thresholds.expected_keys(proposed, role) for role in proposed.roles}
    found = {held.role: held for held in own.keys if held.keyid in wanted.get(held.role, {})}
    if not found:
        names = sorted({held.holder for held in own.keys})
        asked = sorted({proposed.name_of(keyid) for keys in wanted.values() for keyid in keys})
        raise KeysError(
            f"nothing in this proposal is for {', '.join(names)} to sign; it is for {', '.join(asked)}.",
            code="not_asked",
        )
    return {role: HeldKey(held.holder, role, _same(held, wanted[role][held.keyid])) for role, held in found.items()}


def _same(held: HeldKey, wanted: object) -> SSlibKey:
    if held.key != wanted:
        raise KeysError(f"the proposal changes {held.holder}'s own public key; do not sign it.", code="wrong_key")
    return held.key


def _check_date(name: str, dated: int, now: int) -> None:
    if dated > now + _AHEAD:
        raise KeysError(
            f"{name} is dated {iso(dated)}, which is in the future here; check this machine's clock and the "
            "publisher's, and sign nothing before they agree.",
            code="dated_ahead",
        )
    if dated < now - _OLD:
        raise KeysError(f"{name} is dated {iso(dated)}; ask for a new proposal.", code="dated_behind")


def _check_demo(proposed: Proposal) -> None:
    expected = build.is_demo(proposed.root_before.signed if proposed.root_before else proposed.root)
    for name, metadata in proposed.roles.items():
        if build.is_demo(metadata.signed) != expected:
            raise KeysError(f"{name} would turn a demonstration into a real channel or back.", code="demo_changes")


def _check_holders(holdings: Holdings, root: Root, targets: Targets) -> None:
    """The names that a holder reads must be those of the keys that are signed: nobody more, nobody fewer."""
    delegated = targets.delegations.roles if targets.delegations and targets.delegations.roles else {}
    for name, role in {**root.roles, **delegated}.items():
        keys = root.keys if name in root.roles else targets.delegations.keys if targets.delegations else {}
        # The key itself, too: a client checks signatures with what stands under a key id, whatever that is.
        if {keyid: keys.get(keyid) for keyid in role.keyids} != {held.keyid: held.key for held in holdings.of(name)}:
            raise KeysError(
                f"the keys of {name} are not those of the named holders; do not sign it.", code="holders_differ"
            )


def _check_files(proposed: Proposal) -> None:
    listed = {path: it for role in proposed.roles.values() for path, it in _listed(role.signed).items()}
    absent = sorted(set(listed) - set(proposed.files))
    if absent:  # what a holder cannot look at, no holder may sign
        raise KeysError(f"the file {absent[0]} is listed, and is not in the proposal.", code="bad_target")
    for path, data in proposed.files.items():
        if path not in listed:
            raise KeysError(f"the file {path} is listed nowhere.", code="bad_target")
        try:
            listed[path].verify_length_and_hashes(data)
        except Exception as error:
            raise KeysError(
                f"the file {path} is not the one that is listed: it was changed on the way. Sign nothing, and ask the "
                "publisher for a new copy.",
                code="bad_target",
            ) from error
    documents.checked(proposed.files)


def _listed(signed: object) -> dict[str, TargetFile]:
    return dict(signed.targets) if isinstance(signed, Targets) else {}


def _signed(proposed: Proposal, role: str, keyid: str) -> Signed:
    again = keyid in thresholds.valid_signatures(proposed, role)
    return Signed(role, proposed.roles[role].signed.version, digest(proposed, role), again)
