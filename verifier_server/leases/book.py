"""The lease book: a file outside of every database that names each block ever leased, and to whom.

The authority's memory. The next block is always the one after the highest that stands in it, so no
block is leased twice, to whichever database. For each block it also keeps the ranges of numbers that
were handed out: a range that overlaps an earlier one is refused, and that is how a database that was
restored from an old copy betrays itself before it gives a number a second time.

Every change is made under a lock and replaces the file whole (fsync, rename, fsync of the folder).
Left out: what a database does with it (:mod:`verifier_server.leases.lending`).
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from keys.entry import iso, seconds
from keys.errors import KeysError
from keys.files import locked, make_private_folder, read_private, write_whole
from vaccine_pass.serials import BLOCK_BITS, FIRST_BLOCK, LAST_BLOCK
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

_FORMAT = "checkpoint-leases/1"
_STATES = {"open", "burnt"}

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lease:
    """One block that was leased.

    :ivar holder: the identity of the database that it was leased to.
    :ivar state: ``open``, or ``burnt``: no number of it is handed out any more.
    :ivar given: the ranges handed out, each from its first number to the one after its last.
    """

    block: int
    holder: str
    leased_at: int
    state: str = "open"
    given: tuple[Range, ...] = ()

    @property
    def mark(self) -> int:
        """The number after the highest that was handed out."""
        return self.given[-1][1] if self.given else 0

    @property
    def is_open(self) -> bool:
        """Whether its numbers may be handed out."""
        return self.state == "open"


Leases = dict[int, Lease]


class LeaseBook:
    """The book in one file; any number of processes and databases may use it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Whether there is a book yet."""
        return self.path.exists()

    def leases(self) -> Leases:
        """Return every lease by its block; none when there is no book yet.

        :raises ServerError: the book is damaged or open to others.
        """
        with _in_our_words():
            return _parsed(self.path, read_private(self.path)) if self.exists() else {}

    def lease(self, holder: str, now: int) -> int:
        """Lease the block after the highest ever leased; it is in the book when this returns.

        :raises ServerError: all 4,095 blocks were leased.
        """

        def decide(leases: Leases) -> Leases:
            block = max(leases, default=FIRST_BLOCK - 1) + 1
            if block > LAST_BLOCK:
                raise ServerError(f"All {LAST_BLOCK} blocks of serials were leased.", code="blocks_used_up")
            return leases | {block: Lease(block, holder, now)}

        return max(self._change(decide))

    def enter(self, wanted: Iterable[Lease]) -> str:
        """Enter the blocks that a database had before there was a book; returns the database's identity.

        Doing it again changes nothing: a block that was leased at the same second is the same lease.

        :raises ServerError: one of them was leased to another database.
        """
        leases_of_one = list(wanted)
        holder = leases_of_one[0].holder

        def decide(leases: Leases) -> Leases:
            nonlocal holder
            known = [leases[one.block] for one in leases_of_one if one.block in leases]
            for one in leases_of_one:
                if one.block in leases and leases[one.block].leased_at != one.leased_at:
                    raise self._of_another(one.block)
            holder = known[0].holder if known else holder
            entered = {one.block: replace(one, holder=holder) for one in leases_of_one}
            return entered | leases

        self._change(decide)
        return holder

    def _of_another(self, block: int) -> ServerError:
        return ServerError(
            f"Block {block} of this database is leased to another one in {self.path}: two databases would give the "
            "same serials. Run `checkpoint-server lease-block --after-restore` here: it burns the block and leases "
            "a new one.",
            code="block_of_another",
        )

    def burn(self, blocks: Iterable[int]) -> None:
        """End some blocks for ever; blocks that are not in the book are entered as burnt by nobody."""
        ended = set(blocks)

        def decide(leases: Leases) -> Leases:
            unknown = {block: Lease(block, "", 0) for block in ended - set(leases)}
            return {
                block: replace(lease, state="burnt") if block in ended else lease
                for block, lease in (leases | unknown).items()
            }

        self._change(decide)

    def give(self, ranges: Iterable[tuple[int, Range]]) -> bool:
        """Note that ranges of numbers are handed out; False, and nothing noted, when one was before."""
        wanted = list(ranges)
        accepted = True

        def decide(leases: Leases) -> Leases:
            nonlocal accepted
            after = dict(leases)
            for block, part in wanted:
                lease = after.get(block)
                joined = _joined(lease.given, part) if lease and lease.is_open else None
                if lease is None or joined is None:
                    accepted = False
                    return leases
                after[block] = replace(lease, given=joined)
            return after

        self._change(decide)
        return accepted

    def _change(self, decide: Callable[[Leases], Leases]) -> Leases:
        with _in_our_words():
            make_private_folder(self.path.parent)
            with locked(self.path.with_name(f".{self.path.name}.lock")):
                before = self.leases()
                after = decide(before)
                if after != before:
                    write_whole(self.path, _written(after))
                return after


def _joined(given: tuple[Range, ...], part: Range) -> tuple[Range, ...] | None:
    """The ranges with one more, neighbours joined; None when it overlaps one of them."""
    joined: list[Range] = []
    for start, end in sorted((*given, part)):
        if joined and start < joined[-1][1]:
            return None
        if joined and start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _written(leases: Leases) -> bytes:
    items = [
        {
            "block": lease.block,
            "holder": lease.holder,
            "leased_at": iso(lease.leased_at),
            "state": lease.state,
            "given": [list(part) for part in lease.given],
        }
        for _, lease in sorted(leases.items())
    ]
    # A lease on a line: short enough to be read, and to be compared with a printed copy.
    lines = ",\n".join(json.dumps(item) for item in items)
    return f'{{"format": "{_FORMAT}", "leases": [\n{lines}\n]}}\n'.encode("ascii")


def _parsed(path: Path, data: bytes) -> Leases:
    try:
        document = json.loads(data)
        if document["format"] != _FORMAT:
            raise ValueError(f"it is not of the format {_FORMAT}")  # noqa: TRY301  one sentence for all of it
        leases = [_lease(item) for item in document["leases"]]
        if len({lease.block for lease in leases}) != len(leases):
            raise ValueError("a block is in it twice")  # noqa: TRY301  the same
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise ServerError(
            f"The lease book {path} is damaged ({problem}): restore its newest copy.", code="lease_book_damaged"
        ) from problem
    return {lease.block: lease for lease in leases}


def _lease(item: Mapping[str, Any]) -> Lease:
    given = tuple((int(start), int(end)) for start, end in item["given"])
    lease = Lease(int(item["block"]), str(item["holder"]), seconds(item["leased_at"]), str(item["state"]), given)
    edges = [edge for part in given for edge in part]
    if not FIRST_BLOCK <= lease.block <= LAST_BLOCK or lease.state not in _STATES:
        raise ValueError(f"block {lease.block} cannot be")
    if edges != sorted(set(edges)) or any(not 0 <= edge <= 1 << BLOCK_BITS for edge in edges):
        raise ValueError(f"the numbers of block {lease.block} are out of order")
    return lease


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except KeysError as problem:
        raise ServerError(f"The lease book: {problem.message}", code=problem.code) from problem
