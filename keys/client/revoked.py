"""The revocation lists of one set: base, delta and un-revocations, read together.

No list at all means "cannot tell" for every pass that has a serial (DESIGN, "Trust"): whoever could make a
list vanish must not turn a revoked pass green. Leaves out the cap on what an online key may add, which needs
what the threshold approved last (`vaccine_pass.revocation.cap`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from keys.client import kinds, manifest
from keys.client.errors import UpdateRefused
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason
from vaccine_pass.revocation import effective, serial_list, unrevocations
from vaccine_pass.revocation.effective import RevocationList


class NoList:
    """Stands where no revocation list has come yet: asked for a serial, it says that nothing can be told."""

    def __contains__(self, serial: object) -> bool:
        raise Unreadable(Reason.NO_TRUST, "no revocation list has reached this device")

    def __iter__(self) -> Iterator[int]:
        return iter(())


def revoked_serials(folder: Path) -> RevocationList | NoList:
    """What the set in ``folder`` says is revoked.

    :raises PassError: when a list is damaged, or the delta belongs to another base.
    """
    base = _read(folder, kinds.REVOCATION_BASE)
    if base is None:
        return NoList()
    delta, taken_back = _read(folder, kinds.REVOCATION_DELTA), _read(folder, kinds.UNREVOCATION_FILE)
    return effective.combine(
        serial_list.decode(base),
        None if delta is None else serial_list.decode(delta),
        None if taken_back is None else unrevocations.loads(taken_back),
    )


def check_not_lowered(before: Path, after: Path) -> None:
    """Refuse an update whose revocation list is older than the one held, or gone.

    TUF holds the order of metadata; this holds the order of the lists, whose key lies on a server.

    :raises UpdateRefused: ``revocation_lowered``.
    :raises PassError: as :func:`revoked_serials`.
    """
    held, new = revoked_serials(before), revoked_serials(after)
    if isinstance(held, NoList):
        return
    if isinstance(new, NoList) or new.sequence < held.sequence:
        raise UpdateRefused(
            "The update is refused: its list of revoked passes is older than the one held here, or is missing.",
            code="revocation_lowered",
        )


def _read(folder: Path, target: str) -> bytes | None:
    try:
        return (folder / manifest.target_file(target)).read_bytes()
    except FileNotFoundError:
        return None
