"""The one door to a network: the trust channel's address as a source, and sending to the device's server.

Nothing that judges passes imports this module; the commands that update and enrol do, and the window's
update thread. Left out: what is believed of what comes (`keys.client.update`, `keys.client.server`).
"""

from __future__ import annotations

import logging

from keys.client import enrolled, server
from keys.client.http import HttpSource, post
from keys.client.load import Held
from keys.client.sources import Source
from keys.client.store import DeviceStore
from keys.errors import KeysError

log = logging.getLogger(__name__)

send = post
"""Posts to the device's server (`keys.client.server.Post`)."""


def channel(address: str) -> Source:
    """The trust channel at an address."""
    return HttpSource(address)


def tell(store: DeviceStore, held: Held, now: float) -> tuple[bool, str]:
    """After an update over a network: send the receipt; whether it was, and a sentence.

    A receipt that cannot be sent is no failed update: it is sent after the next one. A device that is not
    enrolled sends none, and there is nothing to say of it.
    """
    try:
        if enrolled.load(store.root) is None:
            return True, ""
        known = server.send_receipt(store, held, now, send)
    except KeysError as error:
        log.info("the receipt was not sent: %s", error.message)
        return False, f"The receipt was not sent; it is tried again after the next update. {error.message}"
    return True, f"Receipt sent to {known.server} as {known.post}, device {known.device}."
