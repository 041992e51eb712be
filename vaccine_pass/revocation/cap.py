"""How far an online key may go: it may only add, and not more than 0.5% of what was issued.

Measured against the list that a threshold of holders approved last, not against the list before:
else a stolen online key would go the same distance again with every publication.
"""

from __future__ import annotations

from collections.abc import Mapping

from vaccine_pass.revocation.serial_set import SerialSet

PER_MILLE = 5
"""Of all passes issued: what an online key may add to the approved list (DESIGN, Trust)."""


def online_fault(approved: SerialSet, proposed: SerialSet, issued: Mapping[int, int]) -> str | None:
    """Return what an online list must not do, as one sentence, or None when it may be used.

    :param approved: what the threshold role signed last; the empty set before it ever did.
    :param proposed: all that the online list would make revoked.
    :param issued: how many serials of each block were issued, as the threshold role says.
    """
    removed = approved - proposed
    if len(removed):
        example = next(iter(removed))
        return f"It un-revokes {_serials(len(removed))}, such as {example:08x}; that needs the holders' signatures."
    added = proposed - approved
    for block, _ in added.blocks():
        revoked, most = proposed.number_in(block), issued.get(block, 0)
        if revoked > most:
            return f"It revokes {_serials(revoked)} of block {block}, where {most} were issued."
    total = sum(issued.values())
    if 1000 * len(added) > PER_MILLE * total:
        most = PER_MILLE * total // 1000
        return (
            f"It adds {_serials(len(added))} and may add {most} (0.5% of issued); more needs the holders' signatures."
        )
    return None


def _serials(count: int) -> str:
    return "1 serial" if count == 1 else f"{count} serials"
