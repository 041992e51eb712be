"""Enrolling a scanner: a code for a post, which one device turns into its place in the register.

The code's text holds the post, this server's address and a random token, and never a root: a device
trusts what its own pinned root says, whatever a code says. The device shows by a signature that it
holds the key it brings. Left out: HTTP (`api`), the page (`pages`), the code's spelling
(`keys.client.enrolment`).
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from keys import jws
from keys.client.enrolment import PROOF_TYPE, Enrolment, is_post, is_server
from keys.errors import KeysError
from verifier_server.errors import FieldError, ServerError
from verifier_server.scanners.tables import EnrolmentCode, Scanner

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

HOURS = 24
MOST_HOURS = 14 * 24
TOKEN_BYTES = 32
LONGEST_TOKEN = 64


def make_code(
    session: Session, *, post: str, server: str, now: int, hours: int = HOURS, by: int | None = None
) -> tuple[EnrolmentCode, Enrolment]:
    """Make a code for one device of a post. Its text is only here: the database keeps a hash.

    :param server: the address that devices reach this server at.
    :raises FieldError: the post is no code, or the address is none that a device may use.
    """
    post, server = post.strip(), server.strip().rstrip("/")
    if not is_post(post):
        raise FieldError("post", "A post's code has letters, digits and hyphens, as 79-CLT-1.", code="bad_post")
    if not is_server(server):
        said = "Scanners need an address that begins with https://, without anything behind it."
        raise FieldError("server", said, code="bad_server")
    if not 1 <= hours <= MOST_HOURS:
        raise FieldError("hours", f"A code is valid for 1 to {MOST_HOURS} hours.", code="bad_hours", most=MOST_HOURS)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    code = EnrolmentCode(
        token_hash=_hash(token), post=post, server=server, made_at=now, made_by=by, expires_at=now + hours * 3600
    )
    session.add(code)
    session.flush()
    return code, Enrolment(post, server, token)


def enrol(session: Session, *, token: str, key: Mapping[str, str], proof: str, now: int) -> tuple[Scanner, str]:
    """Enter the device that brings a token and shows that it holds its key; also the code's server address.

    The same device may ask again with the same token, and gets the same answer: the first may have
    got lost on the way.

    :raises ServerError: the token is unknown, used by another device, or too old.
    :raises KeysError: the key is none, or the proof is not this key's over this token.
    """
    device = jws.device_id_of(key)
    if _proven(jws.verify(proof, key, typ=PROOF_TYPE)) != token:
        raise ServerError("The proof is for another code.", code="bad_proof")
    code = session.scalar(select(EnrolmentCode).where(EnrolmentCode.token_hash == _hash(token)).with_for_update())
    if code is None:
        raise ServerError("This code is unknown here. Ask for a new one.", code="code_unknown")
    scanner = session.scalar(select(Scanner).where(Scanner.device == device))
    if code.used_by is not None:
        if scanner is None or code.used_by != scanner.id or scanner.withdrawn_at is not None:
            raise ServerError("This code was used already. Ask for a new one.", code="code_used")
        return scanner, code.server
    if code.expires_at <= now:
        raise ServerError("This code is no longer valid. Ask for a new one.", code="code_expired")
    scanner = _entered(session, scanner, device, key)
    scanner.post, scanner.enrolled_at, scanner.withdrawn_at = code.post, now, None
    session.flush()
    code.used_by = scanner.id
    return scanner, code.server


def open_codes(session: Session, now: int) -> Sequence[EnrolmentCode]:
    """The codes that a device can still use, the newest first."""
    still = (EnrolmentCode.used_by.is_(None), EnrolmentCode.expires_at > now)
    return session.scalars(select(EnrolmentCode).where(*still).order_by(EnrolmentCode.id.desc())).all()


def cancel(code: EnrolmentCode, now: int) -> None:
    """Let a code work no longer; one that was used stays as it is."""
    if code.used_by is None:
        code.expires_at = min(code.expires_at, now)


def _entered(session: Session, found: Scanner | None, device: str, key: Mapping[str, str]) -> Scanner:
    if found is None:
        found = Scanner(device=device, key=json.dumps(dict(key), sort_keys=True, separators=(",", ":")))
        session.add(found)
    return found


def _proven(payload: bytes) -> str:
    try:
        document = json.loads(payload)
        token = document["token"]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise KeysError("The proof is not one over a token.", code="bad_proof") from problem
    if set(document) != {"token"} or not isinstance(token, str):
        raise KeysError("The proof is not one over a token alone.", code="bad_proof")
    return token


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
