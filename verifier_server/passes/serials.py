"""Serial numbers for artefacts: taken once, used once, burnt when not committed.

Numbers are taken from the database in a transaction of their own, committed before anything is
signed. A pass whose transaction is undone after it was signed may have been seen, so its number
never comes back. What was taken and not signed is kept in this process for the next pass; at the
end of the process it is burnt.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select, update

from vaccine_pass.serials import BLOCK_BITS, serial_of
from verifier_server.errors import ServerError
from verifier_server.passes.tables import SerialBlock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from keys.secret import Secret
    from verifier_server.storage import Storage

    Taking = Callable[[int], list["SerialNumber"]]

BLOCK_SIZE = 1 << BLOCK_BITS
# As many as a clerk's day needs: noting them in the lease book (2 ms) is then little for each pass, and few
# of a block's million are burnt when a worker ends.
LEAST_TAKEN = 64


class SerialNumber(NamedTuple):
    """The n-th number of a block, not yet permuted."""

    block: int
    n: int


class SerialStock:
    """This process's stock of numbers; many threads may draw from it."""

    def __init__(self, storage: Storage, secret: Secret, take: Taking | None = None) -> None:
        """Begin with nothing in stock.

        :param take: how numbers are taken; by default from the database alone, for a register that
            is thrown away. A server's stock is made by :func:`verifier_server.leases.lending.stock`.
        """
        self._storage = storage
        self._secret = secret
        self._take = take or self._take_unnoted
        self._lock = threading.Lock()
        self._stock: list[SerialNumber] = []

    def reserve(self, count: int) -> list[SerialNumber]:
        """Take ``count`` numbers that are the caller's alone.

        On SQLite this must not be called inside of a writing transaction: it waits for that one.

        :raises ServerError: every leased block is used up.
        """
        with self._lock:
            missing = count - len(self._stock)
            if missing > 0:
                self._stock += self._take(max(missing, LEAST_TAKEN))
            taken, self._stock = self._stock[:count], self._stock[count:]
            return taken

    def _take_unnoted(self, count: int) -> list[SerialNumber]:
        with self._storage.writing() as session:
            return take_numbers(session, count)

    def give_back(self, unused: list[SerialNumber]) -> None:
        """Return numbers with which nothing was signed."""
        with self._lock:
            self._stock = unused + self._stock

    def serial(self, number: SerialNumber) -> int:
        """Return the serial of a number: its place in the block's secret permutation."""
        return serial_of(self._secret.unsafe_reveal(), number.block, number.n)


def leased_blocks(session: Session) -> list[int]:
    """Return the blocks of this database."""
    return list(session.scalars(select(SerialBlock.block).order_by(SerialBlock.block)))


def take_numbers(session: Session, count: int) -> list[SerialNumber]:
    """Take numbers from the lowest block that has some left; the caller commits at once.

    One UPDATE moves the mark and tells where it was, so two workers cannot get the same number.
    """
    taken: list[SerialNumber] = []
    while len(taken) < count:
        part = _take_from_one_block(session, count - len(taken))
        if not part:
            raise ServerError(
                "All serial numbers of this database's blocks are used: lease a new block "
                "(`checkpoint-server lease-block`).",
                code="serials_used_up",
            )
        taken += part
    return taken


def _take_from_one_block(session: Session, count: int) -> list[SerialNumber]:
    block = session.scalar(
        select(SerialBlock)
        .where(SerialBlock.next_n < BLOCK_SIZE, SerialBlock.burnt_at.is_(None))
        .order_by(SerialBlock.block)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if block is None:
        return []
    first = block.next_n
    last = min(first + count, BLOCK_SIZE)
    session.execute(
        update(SerialBlock).where(SerialBlock.block == block.block, SerialBlock.next_n == first).values(next_n=last)
    )
    return [SerialNumber(block.block, n) for n in range(first, last)]
