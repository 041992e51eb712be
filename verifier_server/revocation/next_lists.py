"""Which lists the trust channel needs next, from what is published and what the register says.

Within its cap the online key adds: a delta. Beyond it, once a month, and on the first day, the holders
approve a new base together with the counts of what was issued; what they take back is a list of theirs,
too (docs/adr/0017). Pure. Several databases of one issuer publish through one channel: each speaks for its
own blocks and leaves what the others have listed as it is. Left out: files and commands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from vaccine_pass.revocation.issued import Issued
from vaccine_pass.revocation.lists import NOTHING, Lists
from vaccine_pass.revocation.serial_list import SerialList
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.revocation.unrevocations import MAX_SERIALS, Unrevocations
from verifier_server.errors import ServerError

APPROVE_AFTER = 30 * 86_400
DATED_AGAIN_AFTER = 20 * 3600
"""A list that says all already is dated anew after this: less than a day, so that a daily run never leaves one out."""
_LAST_SEQUENCE = (1 << 32) - 1

Looked = Callable[[SerialSet], tuple[SerialSet, SerialSet]]


@dataclass(frozen=True)
class RegisterSays:
    """What one register says.

    :ivar revoked: the serials that scanners must refuse.
    :ivar handed_out: every block of this register, and how many numbers of it were handed out.
    :ivar look_up: which of some listed serials were un-revoked, and of which the register cannot say why they
        are listed: these stay.
    """

    revoked: SerialSet
    handed_out: Mapping[int, int]
    look_up: Looked


@dataclass(frozen=True)
class NextLists:
    """What is to be published: each is None when the published one stays.

    :ivar added: what the online key has to add to the approved list.
    :ivar approved: the next approved list; ``issued`` and ``unrevoked`` need the holders, too.
    :ivar why: one sentence on why the holders are needed; empty when they are not.
    :ivar is_dated_again: ``added`` says what is published already, with the date of this comparison.
    """

    added: SerialSet | None = None
    approved: SerialSet | None = None
    unrevoked: Unrevocations | None = None
    issued: Issued | None = None
    sequence: int = 0
    why: str = ""
    is_dated_again: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether the channel says already what the register says."""
        return self.added is None and not self.needs_holders

    @property
    def needs_holders(self) -> bool:
        """Whether any of it is signed by holders only."""
        return not (self.approved is None and self.unrevoked is None and self.issued is None)


def next_lists(published: Lists, says: RegisterSays, now: int, *, approve: bool = False) -> NextLists:
    """Return what is to be published.

    :param approve: the holders meet today: a new base, if it would say anything new.
    :raises ServerError: the sequence numbers are used up, as a thief of the online key may have done.
    """
    view = _View(published, says)
    issued = _issued(published, says, now)
    fault = _fault(published, view.added)
    fault_by_new_counts = fault and _fault(replace(published, issued=issued), view.added)
    why = _why(published, view, fault_by_new_counts, now, approve=approve)
    if why:
        return _for_holders(published, view, issued, why)
    unrevoked = view.unrevoked()
    back = _changed_unrevocations(published, unrevoked, now)
    counts = issued if fault else None
    reasons = ["Passes were un-revoked, or revoked again after that."] * bool(back)
    reasons += ["The counts of issued passes are too old for what was revoked since."] * bool(counts)
    added = view.added if len(view.added - view.listed) else None
    return NextLists(added, None, back, counts, _following(published), " ".join(reasons))


def compared(published: Lists, found: NextLists, now: int) -> NextLists:
    """Return ``found``, or with it the same delta with today's date: it says that the register was looked at.

    Scanners judge the list's age by that date, and the publisher's timer alarms by it. Not while the holders are
    to approve a new base: until they do, the published list is not what the register says.
    """
    if found.added is not None or found.approved is not None or published.approved is None:
        return found
    if now - (published.signed_at or 0) <= DATED_AGAIN_AFTER:
        return found
    same = published.delta.serials if published.delta else NOTHING
    return replace(found, added=same, sequence=_following(published), is_dated_again=True)


class _View:
    """The published lists and the register side by side."""

    def __init__(self, published: Lists, says: RegisterSays) -> None:
        own = frozenset(says.handed_out)
        self.published = published
        self.listed = published.listed()
        self.online = published.online()
        self.taken_back = published.unrevoked_serials
        self.revoked = says.revoked
        self.others = _only(self.listed, own, inside=False)
        in_doubt = _only(self.listed - self.taken_back - self.revoked, own)
        self.good_again, self.unexplained = says.look_up(in_doubt)
        # What is online stays so until the holders decide about it: an online key never takes back.
        self.added = (self.revoked | self.unexplained | self.others | self.online) - published.approved_serials

    def unrevoked(self) -> SerialSet:
        """What is on a list and yet good."""
        return (self.taken_back | self.good_again) - self.revoked

    def approved(self) -> SerialSet:
        """The next base: all that is to be refused; what is online now is decided about with it."""
        return (self.revoked | self.unexplained | self.others | self.online) - self.unrevoked()


def _for_holders(published: Lists, view: _View, issued: Issued, why: str) -> NextLists:
    """The next base; what it leaves out need not be un-revoked, but for what the online key has listed."""
    approved = view.approved()
    still = view.unrevoked()
    kept = still - (still - view.online)
    back = _changed_unrevocations(published, kept, issued.at)
    if published.approved and approved == published.approved_serials:
        new_counts = issued if not published.issued or issued.blocks != published.issued.blocks else None
        return NextLists(None, None, back, new_counts, _following(published), why if back or new_counts else "")
    return NextLists(None, approved, back, issued, _following(published), why)


def _why(published: Lists, view: _View, fault: str | None, now: int, *, approve: bool) -> str:
    if published.approved is None:
        return "The holders have approved no list yet."
    if fault:
        return f"The online key may not publish this: {fault}"
    if len(view.unrevoked()) > MAX_SERIALS:
        return f"More than {MAX_SERIALS} passes were un-revoked."
    if approve:
        return "The holders meet."
    if now - published.approved.signed_at > APPROVE_AFTER and view.approved() != published.approved_serials:
        return "The approved list is more than 30 days old."
    return ""


def _fault(published: Lists, added: SerialSet) -> str | None:
    delta = SerialList(added, 1, 0, b"", b"")
    return replace(published, delta=delta).online_fault() if published.approved else None


def _issued(published: Lists, says: RegisterSays, now: int) -> Issued:
    """The counts: this register's own, and the others' as published; they never fall (a restored copy knows less)."""
    before = published.issued.blocks if published.issued else {}
    counts = {block: max(says.handed_out.get(block, 0), before.get(block, 0)) for block in {*before, *says.handed_out}}
    return Issued(now, {block: count for block, count in sorted(counts.items()) if count})


def _changed_unrevocations(published: Lists, serials: SerialSet, now: int) -> Unrevocations | None:
    if serials == published.unrevoked_serials:
        return None
    return Unrevocations(serials, (published.unrevoked.sequence if published.unrevoked else 0) + 1, now)


def _following(published: Lists) -> int:
    if published.sequence >= _LAST_SEQUENCE:
        raise ServerError(
            "The sequence numbers of the published lists are used up, as a thief of the online key may have done: "
            "propose new online keys with a list of the holders (docs/compromise.md).",
            code="sequence_used_up",
        )
    return published.sequence + 1


def _only(serials: SerialSet, blocks: frozenset[int], *, inside: bool = True) -> SerialSet:
    """Return the serials of some blocks, or of all others."""
    if not len(serials):
        return NOTHING
    return SerialSet.of_blocks((block, here) for block, here in serials.blocks() if (block in blocks) is inside)
