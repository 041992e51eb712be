"""The signer's own log held against the register: every difference, named, in flat memory.

The log says what was signed; the register says what was issued. Both are read in the order of
their serials and merged, in one snapshot of the database, so that passes issued meanwhile are no
differences. What each serial must satisfy stands in one function a kind.

Left out: whether a pass says the truth about a person, and the signatures (a scanner judges them).
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from vaccine_pass import base45, compression, cose, domestic
from vaccine_pass.errors import CheckpointError
from vaccine_pass.serials import FIRST_BLOCK, LAST_BLOCK, number_of
from verifier_server.passes.tables import IssuedPass, SerialBlock, SignerLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from keys.secret import Secret
    from verifier_server.storage import Storage

ROWS_AT_ONCE = 500


class Kind(StrEnum):
    """What can differ."""

    LOG_WITHOUT_PASS = "log_without_pass"  # noqa: S105  a kind of difference
    PASS_WITHOUT_LOG = "pass_without_log"  # noqa: S105  a kind of difference
    PAYLOAD_DIFFERS = "payload_differs"
    UNREADABLE_PASS = "unreadable_pass"  # noqa: S105  a kind of difference
    KEY_DIFFERS = "key_differs"
    UNKNOWN_KEY = "unknown_key"
    SERIAL_TWICE = "serial_twice"
    SERIAL_NOT_LEASED = "serial_not_leased"
    SERIAL_NOT_TAKEN = "serial_not_taken"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it must be."""

    kind: Kind
    serial: int
    detail: str

    def document(self) -> dict[str, object]:
        """Return it for a line of JSON."""
        return asdict(self)


@dataclass(slots=True)
class Count:
    """How much was compared."""

    passes: int = 0
    log_lines: int = 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What serials and keys there may be."""

    secret: Secret
    next_n: dict[int, int]
    kids: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """Everything there is about one serial: one pass and one line of the log, if all is well."""

    serial: int
    passes: list[Row[Any]]
    lines: list[Row[Any]]


def reconcile(storage: Storage, secret: Secret, kids: frozenset[str], count: Count) -> Iterator[Difference]:
    """Yield each difference in the order of serials; ``count`` grows meanwhile.

    :param secret: the secret of the serials' permutation.
    :param kids: the key ids, in hexadecimal, of all signers that this issuer ever had.
    """
    with storage.reading() as session:
        if not storage.is_sqlite:  # there a reading transaction is one snapshot by itself
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        blocks = session.execute(select(SerialBlock.block, SerialBlock.next_n))
        known = _Known(secret, {row.block: row.next_n for row in blocks}, kids)
        for found in _merged(session):
            count.passes += len(found.passes)
            count.log_lines += len(found.lines)
            yield from _differences(found, known)


def payload_of(text: str) -> bytes:
    """Return the signed payload of a pass's text.

    :raises CheckpointError: it is no pass of either form.
    """
    data = base45.decode(text[4:])
    return cose.read_sign1(data if text.startswith(domestic.PREFIX) else compression.inflate(data)).payload


def _merged(session: Session) -> Iterator[_Found]:
    passes = _by_serial(session, IssuedPass.serial, IssuedPass.id, IssuedPass.kid, IssuedPass.text)
    lines = _by_serial(session, SignerLog.serial, SignerLog.id, SignerLog.kid, SignerLog.payload_sha256)
    issued, signed = next(passes, None), next(lines, None)
    while issued or signed:
        serial = min(one[0] for one in (issued, signed) if one)
        found = _Found(serial, [], [])
        if issued and issued[0] == serial:
            found.passes.extend(issued[1])
            issued = next(passes, None)
        if signed and signed[0] == serial:
            found.lines.extend(signed[1])
            signed = next(lines, None)
        yield found


def _by_serial(session: Session, serial: Any, *columns: Any) -> Iterator[tuple[int, list[Row[Any]]]]:
    query = select(serial, *columns).order_by(serial).execution_options(yield_per=ROWS_AT_ONCE)
    for value, rows in groupby(session.execute(query), key=attrgetter("serial")):
        yield value, list(rows)


def _differences(found: _Found, known: _Known) -> Iterator[Difference]:
    yield from _missing(found)
    yield from _twice(found)
    yield from _lease(found.serial, known)
    yield from _keys(found, known.kids)
    for issued in found.passes:
        yield from _payload(found.serial, issued, found.lines)


def _missing(found: _Found) -> Iterator[Difference]:
    if not found.passes:
        line = found.lines[0]
        detail = f"the signer's log has it in line {line.id}, and no pass has it"
        yield Difference(Kind.LOG_WITHOUT_PASS, found.serial, detail)
    if not found.lines:
        detail = f"pass {found.passes[0].id} has it, and the signer's log does not"
        yield Difference(Kind.PASS_WITHOUT_LOG, found.serial, detail)


def _twice(found: _Found) -> Iterator[Difference]:
    for rows, what in ((found.passes, "passes"), (found.lines, "lines of the signer's log")):
        if len(rows) > 1:
            numbers = ", ".join(str(row.id) for row in rows)
            yield Difference(Kind.SERIAL_TWICE, found.serial, f"{what} {numbers} have it")


def _lease(serial: int, known: _Known) -> Iterator[Difference]:
    block = serial >> 20
    if block not in known.next_n or not FIRST_BLOCK <= block <= LAST_BLOCK:
        detail = f"its block {block} was not leased to this database"
        yield Difference(Kind.SERIAL_NOT_LEASED, serial, detail)
        return
    n = number_of(known.secret.unsafe_reveal(), serial)[1]
    if n >= known.next_n[block]:
        detail = f"it is number {n} of block {block}, of which only {known.next_n[block]} were taken"
        yield Difference(Kind.SERIAL_NOT_TAKEN, serial, detail)


def _keys(found: _Found, kids: frozenset[str]) -> Iterator[Difference]:
    used = _in_order(row.kid for row in (*found.lines, *found.passes))
    if len(used) > 1:
        yield Difference(Kind.KEY_DIFFERS, found.serial, f"its rows name several keys: {', '.join(used)}")
    for kid in used:
        if kid not in kids:
            yield Difference(Kind.UNKNOWN_KEY, found.serial, f"{kid} is no key of this issuer")


def _payload(serial: int, issued: Row[Any], lines: list[Row[Any]]) -> Iterator[Difference]:
    try:
        digest = hashlib.sha256(payload_of(issued.text)).hexdigest()
    except CheckpointError as error:
        yield Difference(Kind.UNREADABLE_PASS, serial, f"the text of pass {issued.id} is no pass: {error.message}")
        return
    for line in lines:
        if line.payload_sha256 != digest:
            detail = f"pass {issued.id} says something else than was signed by line {line.id} of the signer's log"
            yield Difference(Kind.PAYLOAD_DIFFERS, serial, detail)


def _in_order(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
