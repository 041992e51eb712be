"""What a device knows of its enrolment: its post, its server, where its updates are, the last receipt sent.

One small file in the device's folder, replaced whole. It holds no token, no key and no root. Leaves out how
it came about (`keys.client.server`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from keys import files
from keys.client.enrolment import is_post, is_server
from keys.client.errors import DeviceTrustError
from keys.client.load import moment
from keys.client.receipt import iso
from keys.client.store import device_errors

FORMAT = "checkpoint-enrolled/1"
FILE_NAME = "enrolled.json"
MOST_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One device's enrolment.

    :ivar device: its id, 16 hexadecimal digits.
    :ivar server, channel: addresses without a slash at the end; the channel lies below the server.
    :ivar receipt_sent_at: the trusted time of the last receipt that the server took, Unix seconds; None: none.
    """

    device: str
    post: str
    server: str
    channel: str
    receipt_sent_at: float | None = None


def save(folder: Path, what: Enrolled) -> None:
    """Replace the device's enrolment, durably."""
    document = {
        "format": FORMAT,
        "device": what.device,
        "post": what.post,
        "server": what.server,
        "channel": what.channel,
        "receipt_sent_at": iso(what.receipt_sent_at),
    }
    with device_errors():
        for left in folder.glob(f".{FILE_NAME}.*.tmp"):  # of a power cut
            left.unlink(missing_ok=True)
        files.write_whole(folder / FILE_NAME, json.dumps(document, indent=1).encode(), mode=0o644)


def load(folder: Path) -> Enrolled | None:
    """The device's enrolment; None before it.

    :raises DeviceTrustError: ``enrolment_damaged``, or the folder cannot be read.
    """
    path = folder / FILE_NAME
    with device_errors():
        if not path.exists():
            return None
        with path.open("rb") as stream:
            raw = stream.read(MOST_BYTES)
    try:
        return _from_document(json.loads(raw))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DeviceTrustError(
            f"The enrolment in {path} is damaged. Enrol this device again with a new code.", code="enrolment_damaged"
        ) from error


def channel_below(channel: object, server: str) -> str | None:
    """The channel's address without its last slash; None when it is no address below the server's."""
    address = channel.removesuffix("/") if isinstance(channel, str) else ""
    return address if is_server(address) and address.startswith(f"{server}/") else None


def _from_document(document: dict[str, object]) -> Enrolled:
    device, post, server = (document[name] for name in ("device", "post", "server"))
    if document["format"] != FORMAT or not all(isinstance(it, str) for it in (device, post, server)):
        raise ValueError(FORMAT)
    channel = channel_below(document["channel"], str(server))
    if channel is None or not is_post(str(post)) or not is_server(str(server)):
        raise ValueError("channel")
    sent = document["receipt_sent_at"]
    return Enrolled(str(device), str(post), str(server), channel, None if sent is None else moment(sent))
