"""Which scanners there are: in use and withdrawn, who waits for which key, and all of it as one file.

The file is what `checkpoint-keys` reads before it activates a key: it verifies each receipt again, so
that this server can delay an activation and hasten none.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import undefer

from keys import receipts
from keys.entry import iso
from verifier_server.errors import ServerError
from verifier_server.scanners.tables import Scanner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

FILE_NAME = "scanners.json"


def in_use(session: Session, *, with_receipts: bool = False) -> Sequence[Scanner]:
    """Every scanner that is not withdrawn, by post."""
    wanted = select(Scanner).where(Scanner.withdrawn_at.is_(None)).order_by(Scanner.post, Scanner.id)
    return session.scalars(wanted.options(undefer(Scanner.receipt)) if with_receipts else wanted).all()


def withdrawn(session: Session, most: int) -> Sequence[Scanner]:
    """The scanners that were withdrawn, the last one first, so many of them."""
    wanted = select(Scanner).where(Scanner.withdrawn_at.is_not(None))
    return session.scalars(wanted.order_by(Scanner.withdrawn_at.desc(), Scanner.id).limit(most)).all()


def withdraw(session: Session, device: str, now: int) -> Scanner:
    """Count on a scanner no longer; again, it changes nothing. The device itself is told when it next sends.

    :raises ServerError: ``scanner_unknown``.
    """
    scanner = _found(session, device)
    if scanner.withdrawn_at is None:
        scanner.withdrawn_at = now
    return scanner


def take_back(session: Session, device: str) -> Scanner:
    """Count on a withdrawn scanner again: it was withdrawn by mistake, or was found.

    :raises ServerError: ``scanner_unknown``.
    """
    scanner = _found(session, device)
    scanner.withdrawn_at = None
    return scanner


def known(scanners: Sequence[Scanner]) -> tuple[receipts.Scanner, ...]:
    """The scanners as the keys' rules know them; their receipts were verified when they came in."""
    return tuple(_known(scanner) for scanner in scanners)


def coverage_of(session: Session, kid: bytes) -> receipts.Coverage:
    """How many of the scanners in use hold the key with this id."""
    return receipts.coverage(kid, known(in_use(session)))


def exported(session: Session, now: int) -> bytes:
    """The scanners file that `checkpoint-keys activate`, `rotate` and `status` read."""
    document = {
        "format": receipts.SCANNERS_FORMAT,
        "at": iso(now),
        "scanners": [
            {
                "device": scanner.device,
                "post": scanner.post,
                "key": json.loads(scanner.key),
                "enrolled_at": iso(scanner.enrolled_at),
                "receipt": scanner.receipt,
            }
            for scanner in in_use(session, with_receipts=True)
        ],
    }
    return (json.dumps(document, indent=1) + "\n").encode("ascii")


def _found(session: Session, device: str) -> Scanner:
    scanner = session.scalar(select(Scanner).where(Scanner.device == device))
    if scanner is None:
        raise ServerError("There is no scanner with this id.", code="scanner_unknown")
    return scanner


def _known(scanner: Scanner) -> receipts.Scanner:
    receipt = None
    if scanner.receipt_at is not None:
        signers = frozenset(bytes.fromhex(kid) for kid in (scanner.signers or "").split())
        receipt = receipts.Receipt(
            scanner.device, scanner.post, scanner.receipt_at, signers, keys_signed_at=scanner.keys_signed_at
        )
    return receipts.Scanner(scanner.device, scanner.post, scanner.enrolled_at, receipt)
