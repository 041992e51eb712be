"""A database and the lease book held together, so that a restored database gives no serial twice.

A database commits which numbers it took, then has them noted in the book, and only then hands them
out. Before each taking the two are compared. A database that knows of fewer numbers than the book
was restored from an old copy: all its open blocks are burnt, it gets a new identity and a new
block, and says so loudly. What a power cut leaves between the steps costs numbers, never a serial.

Lock order everywhere: the database's rows first, the book second.
Left out: the book's file (:mod:`verifier_server.leases.book`) and the permutation of numbers.
"""

from __future__ import annotations

import logging
import secrets
import time
from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import select

from verifier_server.errors import ServerError
from verifier_server.leases.book import Lease
from verifier_server.passes.serials import SerialNumber, SerialStock, take_numbers
from verifier_server.passes.tables import SerialBlock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from keys.secret import Secret
    from verifier_server.leases.book import LeaseBook, Range
    from verifier_server.storage import Storage

LOG = logging.getLogger(__name__)
# One to find out, one with the new block; the third is for a clone that does the same at this moment.
TRIES = 3


def stock(storage: Storage, secret: Secret, book: LeaseBook) -> SerialStock:
    """Return this process's stock of serials, each number of which is noted in the book."""
    return SerialStock(storage, secret, lambda count: take(storage, book, count, int(time.time())))


def take(storage: Storage, book: LeaseBook, count: int, now: int) -> list[SerialNumber]:
    """Take numbers that nobody ever took, from this database's blocks; they are the caller's alone.

    :raises ServerError: all blocks are used up, or the book is lost or damaged.
    """
    distrusted = False
    for _ in range(TRIES):
        with storage.writing() as session:
            settle(session, book, now, distrusted=distrusted)
            numbers = take_numbers(session, count)
        if book.give(_ranges(numbers)):
            return numbers
        distrusted = True
    raise ServerError(
        "Another database takes the same serial numbers at this moment: stop the copy of this one.",
        code="database_twice",
    )


def settle(session: Session, book: LeaseBook, now: int, *, distrusted: bool = False) -> tuple[int, ...]:
    """Compare the database's blocks with the book; returns the blocks that were burnt.

    :param distrusted: burn whatever is open, without looking for a reason: a restore is known.
    :raises ServerError: the book is lost, or older than the database.
    """
    blocks = _blocks(session)
    holder = next((block.holder for block in blocks if block.holder), None)
    if distrusted:
        return _start_anew(session, book, blocks, holder, now)
    if blocks and holder is None:
        holder = _enter(book, blocks)
    leases = book.leases()
    _refuse_lost_book(book, blocks, leases)
    ours = [lease for lease in leases.values() if lease.holder == holder and lease.is_open]
    taken = {block.block: block.next_n for block in blocks}
    if any(lease.mark > taken.get(lease.block, 0) for lease in ours):
        return _start_anew(session, book, blocks, holder, now)
    return _follow(session, book, blocks, ours, now)


def lease(session: Session, book: LeaseBook, now: int) -> int:
    """Lease one more block to this database; returns it."""
    settle(session, book, now)
    holder = next((block.holder for block in _blocks(session) if block.holder), None)
    return _add_block(session, book, holder or _new_holder(), now)


def after_restore(
    session: Session, book: LeaseBook, now: int, *, highest: int | None = None
) -> tuple[tuple[int, ...], int]:
    """Burn every open block of this database, whatever the book says; returns them and the new block.

    :param highest: the highest block that any database has: a lost book is begun anew above it.
    :raises ServerError: the book is lost and nobody says how far it went.
    """
    if highest is not None and highest not in book.leases():
        book.burn([highest])
    if not book.exists() and any(block.holder for block in _blocks(session)):
        raise ServerError(
            f"The lease book {book.path} is lost: restore its newest copy, or add --highest N, the highest block "
            "that any database of this issuer has.",
            code="lease_book_lost",
        )
    burnt = settle(session, book, now, distrusted=True)
    return burnt, max(block.block for block in _blocks(session) if block.burnt_at is None)


def lease_first(session: Session, book: LeaseBook, now: int) -> int | None:
    """Give a fresh database its first block; one with blocks keeps what it has (None)."""
    return None if _blocks(session) else lease(session, book, now)


def _blocks(session: Session) -> list[SerialBlock]:
    query = select(SerialBlock).order_by(SerialBlock.block).with_for_update()
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _enter(book: LeaseBook, blocks: list[SerialBlock]) -> str:
    """Enter a database from before there was a book, as it is; returns its identity."""
    identity = _new_holder()
    holder = book.enter(
        Lease(block.block, identity, block.leased_at, given=((0, block.next_n),) if block.next_n else ())
        for block in blocks
    )
    for block in blocks:
        block.holder = holder
    return holder


def _refuse_lost_book(book: LeaseBook, blocks: list[SerialBlock], leases: dict[int, Lease]) -> None:
    missing = [str(block.block) for block in blocks if block.block not in leases]
    if missing:
        raise ServerError(
            f"The lease book {book.path} does not know block {', '.join(missing)} of this database: it is lost or "
            "an old copy. Restore its newest copy, or name the right one as lease_book in server.toml.",
            code="lease_book_lost",
        )


def _follow(
    session: Session, book: LeaseBook, blocks: list[SerialBlock], ours: list[Lease], now: int
) -> tuple[int, ...]:
    """Do what the book says: end blocks that it has ended, and those that never reached this database."""
    known = {block.block for block in blocks}
    never_reached = [one.block for one in ours if one.block not in known]
    if never_reached:  # a power cut between the book and the database: no number of it was handed out
        book.burn(never_reached)
    still_open = {one.block for one in ours}
    ended = [block for block in blocks if block.burnt_at is None and block.block not in still_open]
    for block in ended:
        block.burnt_at = now
    if ended and not known & still_open:
        _tell([block.block for block in ended], _add_block(session, book, ended[0].holder or _new_holder(), now))
    return tuple(block.block for block in ended)


def _start_anew(
    session: Session, book: LeaseBook, blocks: list[SerialBlock], holder: str | None, now: int
) -> tuple[int, ...]:
    """Burn every open block, here and in the book, and go on under a new identity with a new block."""
    leases = book.leases()
    ours = {one.block for one in leases.values() if holder and one.holder == holder and one.is_open}
    here = {block.block for block in blocks if block.burnt_at is None}
    # A block that stands there for another database goes on there; here it is burnt all the same.
    book.burn(ours | {block.block for block in blocks if block.block not in leases})
    identity = _new_holder()
    for block in blocks:
        block.burnt_at = block.burnt_at or now
        # The original of this copy keeps the old one: the two never mistake each other's blocks for their own.
        block.holder = identity
    _tell(sorted(ours | here), _add_block(session, book, identity, now))
    return tuple(sorted(ours | here))


def _add_block(session: Session, book: LeaseBook, holder: str, now: int) -> int:
    block = book.lease(holder, now)
    session.add(SerialBlock(block=block, next_n=0, leased_at=now, holder=holder))
    session.flush()
    return block


def _tell(burnt: list[int], leased: int) -> None:
    LOG.critical(
        "THIS DATABASE WAS RESTORED FROM AN OLD COPY, or another copy of it is running: blocks %s are burnt, and "
        "it goes on with block %s. No serial is given twice. Passes issued since the copy are not in this database: "
        "compare the signer's log of the former one.",
        ", ".join(map(str, burnt)),
        leased,
    )


def _new_holder() -> str:
    return secrets.token_hex(16)


def _ranges(numbers: list[SerialNumber]) -> Iterator[tuple[int, Range]]:
    for block, part in groupby(numbers, key=lambda number: number.block):
        ns = [number.n for number in part]
        yield block, (ns[0], ns[-1] + 1)
