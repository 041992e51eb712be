"""The revocation lists of one set, read together, and what a new set may not do to the one held.

No list at all means "cannot tell" for every pass that has a serial (DESIGN, "Trust"): whoever could make a
list vanish must not turn a revoked pass green. The online key may only add to what the holders approved, up
to its cap (docs/adr/0017); what it has added it cannot take back. Both are judged at the update, before the
switch. Leaves out who signed which file, which TUF has verified by then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from keys.client import kinds, manifest
from keys.client.errors import UpdateRefused
from keys.client.manifest import Targets, targets_in
from vaccine_pass.errors import PassError, Unreadable
from vaccine_pass.reasons import Reason
from vaccine_pass.revocation import foreign, lists
from vaccine_pass.revocation.effective import RevocationList
from vaccine_pass.revocation.foreign import ForeignList
from vaccine_pass.revocation.lists import Lists
from vaccine_pass.trust import Revoked


class NoList:
    """Stands where no revocation list has come yet: asked for a serial, it says that nothing can be told."""

    def __contains__(self, serial: object) -> bool:
        raise Unreadable(Reason.NO_TRUST, "no revocation list has reached this device")

    def __iter__(self) -> Iterator[int]:
        return iter(())


def revoked_serials(targets: Targets) -> RevocationList | NoList:
    """What a set says is revoked.

    :raises PassError: when a list is damaged, or the delta belongs to another base.
    """
    return lists_of(targets).effective() or NoList()


def revoked_certificates(targets: Targets) -> Revoked[bytes]:
    """Other issuers' certificates that a set says are revoked; the empty set without a list.

    :raises PassError: when the list is damaged.
    """
    return foreign_of(targets) or frozenset()


def lists_of(targets: Targets) -> Lists:
    """The lists of a set.

    :raises PassError: when one is damaged.
    """
    return lists.read(
        approved=targets(kinds.APPROVED_FILE),
        base=targets(kinds.REVOCATION_BASE),
        delta=targets(kinds.REVOCATION_DELTA),
        unrevoked=targets(kinds.UNREVOCATION_FILE),
        counts=targets(kinds.ISSUED_FILE),
    )


def foreign_of(targets: Targets) -> ForeignList | None:
    """The list of other issuers' certificates in a set.

    :raises PassError: when it is damaged.
    """
    data = targets(kinds.REVOCATION_FOREIGN)
    return None if data is None else foreign.decode(data)


def check_lists(before: Path | None, after: Path) -> None:
    """Refuse a new set whose lists go beyond the cap, or fall behind those held; ``before`` is the set held.

    What an online key had said binds only as long as the holders let it sign: when they replace a stolen
    one, its sequence numbers and what it had added fall away with it.

    :raises UpdateRefused: ``revocation_beyond_cap``, ``revocation_lowered`` or ``revocation_taken_back``.
    :raises PassError: when a list is damaged.
    """
    new = lists_of(targets_in(after))
    fault = new.online_fault()
    if fault:
        raise UpdateRefused(
            f"The update is refused: its online list goes beyond its cap. {fault}", code="revocation_beyond_cap"
        )
    if before is not None:
        _check_not_behind(before, after, lists_of(targets_in(before)), new)


def _check_not_behind(before: Path, after: Path, held: Lists, new: Lists) -> None:
    if _is_behind(held, new):
        raise _lowered("list of revoked passes")
    if online_keys(before) != online_keys(after):
        return
    if new.sequence < held.sequence:
        raise _lowered("list of revoked passes")
    if _sequence(foreign_of(targets_in(after))) < _sequence(foreign_of(targets_in(before))):
        raise _lowered("list of other issuers' certificates")
    back = new.taken_back_since(held)
    if len(back):
        raise UpdateRefused(
            f"The update is refused: its online list leaves out {len(back)} passes that it had revoked, and no "
            "holders took them back.",
            code="revocation_taken_back",
        )


def _is_behind(held: Lists, new: Lists) -> bool:
    """Whether what holders sign is older than the one held, or there is no list any more."""
    return (
        _sequence(new.approved) < _sequence(held.approved)
        or _sequence(new.unrevoked) < _sequence(held.unrevoked)
        or (new.effective_base is None and held.effective_base is not None)
    )


def _sequence(listed: object) -> int:
    return getattr(listed, "sequence", 0)


def online_keys(folder: Path) -> frozenset[str]:
    """The ids of the keys that may sign the online lists, as the set's verified ``targets`` say.

    :raises PassError: when they do not say it.
    """
    try:
        targets = json.loads((folder / manifest.METADATA / f"{kinds.TARGETS}.json").read_bytes())
        roles = targets["signed"]["delegations"]["roles"]
        return frozenset(keyid for role in roles if role["name"] == kinds.REVOCATION for keyid in role["keyids"])
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise PassError(
            "The role targets does not say who signs the revocation.", code="bad_revocation_list"
        ) from error


def _lowered(what: str) -> UpdateRefused:
    return UpdateRefused(
        f"The update is refused: its {what} is older than the one held here, or is missing.",
        code="revocation_lowered",
    )
