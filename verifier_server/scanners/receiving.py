"""Taking receipts in: what a scanner says that it holds, signed by its own key.

A receipt is believed only of its own device, and only when it is newer than the one that is held:
sent again, or carried by hand weeks later, it changes nothing. Left out: what follows from receipts
(`keys.receipts`, `keys.lifecycle`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select

from keys import jws, receipts
from verifier_server.errors import ServerError
from verifier_server.scanners.tables import Scanner

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def take_receipt(session: Session, signed: str, now: int) -> bool:
    """Keep a receipt; False when it is not newer than the one that is held, and nothing changed.

    :param signed: the receipt as a compact JWS.
    :raises ServerError: ``scanner_unknown``, ``scanner_withdrawn`` or ``receipt_from_future``.
    :raises KeysError: it is damaged, of another key, or no receipt.
    """
    scanner = _sender(session, jws.kid_of(signed))
    receipt = receipts.read(signed, json.loads(scanner.key))
    if receipt.at > now + receipts.CLOCK_ERROR:
        # Kept, it would count as newer than every true one until that day.
        raise ServerError(
            "The receipt is dated in the future. Correct the scanner's clock.", code="receipt_from_future"
        )
    if scanner.receipt_at is not None and receipt.at <= scanner.receipt_at:
        return False
    scanner.receipt, scanner.receipt_at, scanner.received_at = signed, receipt.at, now
    scanner.keys_signed_at = receipt.keys_signed_at
    scanner.signers = " ".join(sorted(kid.hex() for kid in receipt.signers))
    return True


def _sender(session: Session, device: str) -> Scanner:
    scanner = session.scalar(select(Scanner).where(Scanner.device == device[:16]).with_for_update())
    if scanner is None or scanner.device != device:
        raise ServerError("This scanner is not enrolled here. Enrol it.", code="scanner_unknown")
    if scanner.withdrawn_at is not None:
        raise ServerError("This scanner was withdrawn. Ask an administrator to use it again.", code="scanner_withdrawn")
    return scanner
