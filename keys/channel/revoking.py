"""Which lists of revoked passes go out: what the online key may say, and what follows from what holders say.

Scanners refuse the rest, and would then hear of nothing new at all: so it is refused here, before it is
signed. The base is the list that holders approved; the online key adds to it with a delta, up to the cap
(docs/adr/0017). When holders approve a new list, the delta of the former one is made anew in the same
release, so that no pass turns good by the way. Pure over what is published and what is to be. Leaves out
who makes the lists (the register).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256

from keys import audit_heads
from keys.channel.documents import (
    APPROVED,
    AUDIT_HEADS,
    REVOCATION_BASE,
    REVOCATION_DELTA,
    REVOCATION_FOREIGN,
    Files,
)
from keys.client.manifest import Targets
from keys.client.revoked import lists_of
from keys.errors import KeysError
from vaccine_pass.revocation import foreign
from vaccine_pass.revocation.lists import Lists
from vaccine_pass.revocation.serial_list import encode_base, encode_delta
from vaccine_pass.revocation.serial_set import SerialSet


@dataclass(frozen=True)
class Change:
    """What changes among the files that the online key signs: new ones by path, and paths that leave."""

    files: Files = field(default_factory=dict)
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.gone)


NO_CHANGE = Change()


def nothing_revoked(now: int) -> Files:
    """The first base of a channel before anything was revoked; without a base scanners cannot tell."""
    return {REVOCATION_BASE: encode_base(SerialSet.of(()), 1, now)}


def has_list(published: Targets) -> bool:
    """Whether there is a list of revoked passes at all; without one scanners cannot tell."""
    return published(APPROVED) is not None or published(REVOCATION_BASE) is not None


def compared_at(published: Targets) -> int | None:
    """When the newest list was made from the register, Unix seconds; None when there is no list.

    The role's own date does not say it: the publisher's timer signs the same list again without looking.
    """
    return lists_of(published).signed_at


def by_online_key(files: Files, published: Targets) -> Change:
    """What goes out when the online key signs new lists.

    :param files: a new base or delta, a new list of other issuers' certificates, or a head of an audit chain, by path.
    :param published: the bytes of a target that is out now, by path, or None.
    :raises PassError: when a list is damaged or a delta is not of its base.
    :raises KeysError: when it is not newer, takes back what was revoked, or goes beyond the cap.
    """
    files = _with_heads(files, published)
    gone = (REVOCATION_DELTA,) if REVOCATION_BASE in files and REVOCATION_DELTA not in files else ()
    change = Change(files, gone)
    if REVOCATION_FOREIGN in files:
        _check_foreign(files[REVOCATION_FOREIGN], published(REVOCATION_FOREIGN))
    if {REVOCATION_BASE, REVOCATION_DELTA} & set(files):
        _check_lists(files, change, published)
    return change


def by_holders(files: Files, published: Targets, now: int, *, new_key: bool = False) -> Change:
    """What changes online when holders publish ``files``; both go out in one release.

    :param new_key: another key signs online from now on: what the former one had added falls away with it.
    :raises PassError: when a list is damaged.
    :raises KeysError: when a list is older than the one that is out, or the online key would be beyond its cap.
    """
    before, after = lists_of(published), lists_of(lambda path: files.get(path) or published(path))
    _check_not_older(before, after)
    if new_key:
        change = _with_new_key(before, after, published)
    elif files.get(APPROVED, published(APPROVED)) != published(APPROVED):
        change = _with_new_base(before, after, files[APPROVED], published, now)
    else:
        change = NO_CHANGE
    refuse_beyond_cap(_lists_after(files, change, published))
    return change


def refuse_beyond_cap(listed: Lists) -> None:
    """KeysError when the online key goes further than the holders let it; PassError when lists do not fit."""
    listed.effective()
    fault = listed.online_fault()
    if fault:
        raise KeysError(
            f"the online list goes beyond its cap: {fault[0].lower()}{fault[1:]} "
            "Let the holders sign it: `checkpoint-keys propose --approved FILE --issued FILE`.",
            code="beyond_cap",
        )


def _with_heads(files: Files, published: Targets) -> Files:
    """The heads of all audit chains in place of a new one; left out when it is out already."""
    if AUDIT_HEADS not in files:
        return files
    heads = audit_heads.merged(files[AUDIT_HEADS], published(AUDIT_HEADS))
    others = {path: data for path, data in files.items() if path != AUDIT_HEADS}
    return others if heads == published(AUDIT_HEADS) else {**others, AUDIT_HEADS: heads}


def _check_lists(files: Files, change: Change, published: Targets) -> None:
    if REVOCATION_BASE in files and published(APPROVED) is not None:
        raise KeysError(
            "the base is the list that the holders approved; give a delta of it, or propose a new one with "
            "`checkpoint-keys propose --approved FILE`.",
            code="base_is_approved",
        )
    before, after = lists_of(published), _lists_after(files, change, published)
    if after.effective() is None:
        raise KeysError("there is no base of the list of revoked passes yet; give one with --base.", code="no_base")
    if after.sequence <= before.sequence:
        raise KeysError(
            f"the new list has sequence {after.sequence}, and {before.sequence} is out; make it from the newest.",
            code="old_revocations",
        )
    back = after.taken_back_since(before)
    if len(back):
        raise KeysError(
            f"the new list would un-revoke {len(back)} passes; propose that as a list of un-revocations.",
            code="unrevokes",
        )
    refuse_beyond_cap(after)


def _check_foreign(new: bytes, held: bytes | None) -> None:
    sequence, before = foreign.decode(new).sequence, foreign.decode(held).sequence if held else 0
    if sequence <= before:
        raise KeysError(
            f"the new list of other issuers' certificates has sequence {sequence}, and {before} is out; "
            "make it from the newest.",
            code="old_revocations",
        )


def _check_not_older(before: Lists, after: Lists) -> None:
    """A list that holders sign must be the one that is out, or one with a higher sequence."""
    pairs = {
        "the approved list": (before.approved, after.approved),
        "the list of un-revocations": (before.unrevoked, after.unrevoked),
    }
    for name, (old, new) in pairs.items():
        if old and new and new != old and new.sequence <= old.sequence:
            raise KeysError(
                f"{name} has sequence {new.sequence}, and {old.sequence} is out; make it from the newest.",
                code="old_revocations",
            )
    if after.approved and after.approved.base_digest is not None:
        raise KeysError("a delta was given as the approved list; give a base.", code="bad_revocation_list")
    fewer = [block for block, count in _counts(before).items() if _counts(after).get(block, 0) < count]
    if fewer:
        raise KeysError(
            f"the counts say that block {fewer[0]} has given out fewer passes than is published; count again.",
            code="old_counts",
        )


def _counts(listed: Lists) -> dict[int, int]:
    return dict(listed.issued.blocks) if listed.issued else {}


def _with_new_base(before: Lists, after: Lists, approved: bytes, published: Targets, now: int) -> Change:
    """The delta of a new approved list: what the online key had added and the holders have not decided about."""
    base = after.approved
    if base is None:
        return NO_CHANGE
    added = before.online() - base.serials - after.unrevoked_serials
    if not len(added) and before.sequence < base.sequence:
        return Change(gone=_out(published, REVOCATION_BASE, REVOCATION_DELTA))
    sequence = max(before.sequence, base.sequence) + 1
    delta = encode_delta(added, sequence, now, sha256(approved).digest())
    return Change({REVOCATION_DELTA: delta}, _out(published, REVOCATION_BASE))


def _with_new_key(before: Lists, after: Lists, published: Targets) -> Change:
    """A stolen key's additions leave with it: what is true of them must stand in a list of the holders."""
    if len(before.online()) and (after.approved is None or after.approved == before.approved):
        raise KeysError(
            f"the former online key has revoked {len(before.online())} passes, which fall away with it: give the "
            "list that was made from the register with --approved and --issued.",
            code="no_approved_list",
        )
    keep = after.approved is None  # then the base is an empty one, without which scanners could not tell
    # Heads, too: one that the thief put far ahead would never let ours come again.
    return Change(gone=_out(published, AUDIT_HEADS, REVOCATION_DELTA, *(() if keep else (REVOCATION_BASE,))))


def _out(published: Targets, *paths: str) -> tuple[str, ...]:
    return tuple(path for path in paths if published(path) is not None)


def _lists_after(files: Files, change: Change, published: Targets) -> Lists:
    def path_after(path: str) -> bytes | None:
        if path in change.gone:
            return None
        return change.files.get(path) or files.get(path) or published(path)

    return lists_of(path_after)
