"""Which lists of revoked passes may go out under the online key: readable, fitting, newer, and only adding.

Scanners refuse the rest, and would then hear of nothing new at all: so it is
refused here, before it is signed. Pure over what is published and what is to
be. Leaves out the cap of 0.5% of issued passes, which needs the register
(``vaccine_pass.revocation.cap``), and who makes the lists.
"""

from __future__ import annotations

from collections.abc import Callable

from keys.channel.documents import REVOCATION_BASE, REVOCATION_DELTA, UNREVOCATION, Files
from keys.errors import KeysError
from vaccine_pass.revocation import unrevocations
from vaccine_pass.revocation.effective import RevocationList, combine
from vaccine_pass.revocation.serial_list import decode, encode_base
from vaccine_pass.revocation.serial_set import SerialSet

Published = Callable[[str], bytes | None]


def nothing_revoked(now: int) -> Files:
    """The first base of a channel before anything was revoked; without a base scanners cannot tell."""
    return {REVOCATION_BASE: encode_base(SerialSet.of(()), 1, now)}


def check(files: Files, published: Published) -> None:
    """Refuse new lists that scanners could not use, that are not newer, or that un-revoke by the way.

    :param published: the bytes of a target that is out now, by path, or None.
    :raises PassError: when a list is damaged or a delta is not of its base.
    :raises KeysError: otherwise.
    """
    after = _combined(lambda path: files.get(path) or (None if _replaced(path, files) else published(path)), published)
    if after is None:
        raise KeysError("there is no base of the list of revoked passes yet; give one with --base.", code="no_base")
    before = _combined(published, published)
    if before is None:
        return
    if after.sequence <= before.sequence:
        raise KeysError(
            f"the new list has sequence {after.sequence}, and {before.sequence} is out; make it from the newest.",
            code="old_revocations",
        )
    back = before.merged() - after.merged()
    if len(back):
        raise KeysError(
            f"the new list would un-revoke {len(back)} passes; propose that as a list of un-revocations.",
            code="unrevokes",
        )


def replaced(files: Files) -> tuple[str, ...]:
    """What is to leave the channel with these files: a delta whose base is replaced."""
    return tuple(path for path in (REVOCATION_DELTA,) if _replaced(path, files) and path not in files)


def _replaced(path: str, files: Files) -> bool:
    return path == REVOCATION_DELTA and REVOCATION_BASE in files


def _combined(lists: Published, published: Published) -> RevocationList | None:
    base, delta, taken_back = lists(REVOCATION_BASE), lists(REVOCATION_DELTA), published(UNREVOCATION)
    if base is None:
        return None
    return combine(
        decode(base), decode(delta) if delta else None, unrevocations.loads(taken_back) if taken_back else None
    )
