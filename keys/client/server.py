"""What a device says to its server: that it is there (once, with a token), and what it holds (receipts).

Nothing that the server answers becomes trust: an enrolment is a name and two addresses, and the root stays
the pinned one (DESIGN, "Trust"). The plan of an enrolment, so that a power cut at any point is mended by the
same command: 1. the key, made once; 2. the server, which answers the same key's same token the same again;
3. the record. Leaves out the network, which is an argument.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from keys.client import device_key, enrolled
from keys.client.enrolled import Enrolled
from keys.client.enrolment import Enrolment
from keys.client.errors import DeviceTrustError, ServerRefused
from keys.client.load import Held
from keys.client.store import DeviceStore

JSON, JOSE = "application/json", "application/jose"
MOST_SENTENCE = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's answer: the HTTP status and its whole body."""

    status: int
    body: bytes


Post = Callable[[str, bytes, str], Answer]
"""Sends a body to an address as a media type; raises `UpdateRefused` when the server cannot be reached."""


def enrol(store: DeviceStore, enrolment: Enrolment, post: Post) -> Enrolled:
    """Enrol this device, or move it to another post; running it again is safe.

    :raises ServerRefused: with the server's own sentence; UpdateRefused: it cannot be reached;
        DeviceTrustError: the device's storage.
    """
    with store.locked():
        key = device_key.make(store.root)
        body = {"token": enrolment.token, "key": key.public_jwk, "proof": key.proof(enrolment)}
        answer = post(f"{enrolment.server}/scanners/enrol", json.dumps(body).encode(), JSON)
        if answer.status != 201:
            raise _refused(enrolment.server, answer)
        new = _enrolled(enrolment, key.device_id, answer)
        enrolled.save(store.root, new)
    return new


def signed_receipt(store: DeviceStore, held: Held, now: float) -> tuple[Enrolled, str]:
    """The device's enrolment, and the receipt of ``held`` that it signs; ``now`` is the trusted time.

    :raises DeviceTrustError: ``not_enrolled``, or the key is gone or damaged.
    """
    known, key = enrolled.load(store.root), device_key.load(store.root)
    if known is None:
        raise DeviceTrustError(
            f"The device in {store.root} is not enrolled; run: checkpoint-scanner enrol", code="not_enrolled"
        )
    if key is None or key.device_id != known.device:
        raise DeviceTrustError(
            f"The key of the device in {store.root} is not the one that was enrolled. Enrol it again with a new code.",
            code="device_key_damaged",
        )
    return known, key.signed_receipt(held, known.post, now)


def send_receipt(store: DeviceStore, held: Held, now: float, post: Post) -> Enrolled:
    """Send the receipt of what the device holds, and note that it was taken.

    :raises ServerRefused: with the server's own sentence; UpdateRefused: it cannot be reached;
        DeviceTrustError: as :func:`signed_receipt`.
    """
    known, text = signed_receipt(store, held, now)
    answer = post(f"{known.server}/scanners/receipts", text.encode("ascii"), JOSE)
    if answer.status != 204:
        raise _refused(known.server, answer)
    with store.locked():
        sent = replace(known, receipt_sent_at=now)
        if enrolled.load(store.root) == known:  # it may have been enrolled elsewhere meanwhile
            enrolled.save(store.root, sent)
    return sent


def _enrolled(enrolment: Enrolment, device: str, answer: Answer) -> Enrolled:
    document = _object(answer)
    channel = enrolled.channel_below(document.get("channel"), enrolment.server)
    if document.get("device") != device or document.get("post") != enrolment.post or channel is None:
        raise ServerRefused(
            f"The server at {enrolment.server} answered for another device, post or channel; nothing was enrolled. "
            "Report it.",
            code="enrolment_mismatch",
        )
    return Enrolled(device, enrolment.post, enrolment.server, channel)


def _refused(server: str, answer: Answer) -> ServerRefused:
    document = _object(answer)
    said = "".join(c if c.isprintable() else " " for c in str(document.get("message", "")))[:MOST_SENTENCE].strip()
    code = document.get("code")
    return ServerRefused(
        f"The server at {server} refused: {said}" if said else f"The server at {server} answered {answer.status}.",
        code="server_refused",
        status=answer.status,
        said=code if isinstance(code, str) else "",
    )


def _object(answer: Answer) -> dict[str, Any]:
    try:
        document = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
