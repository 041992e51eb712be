"""How messages reach phones: an outbox on this server, or a telephone company's HTTP gateway.

The gateway's address is a setting and its host stands in a second one, so that a slip or a changed line sends no code
elsewhere. No redirection is followed. A gateway takes ``POST {"to": "+84…", "text": "…"}`` with a bearer token from
``sms.token`` (mode 0600) in the instance folder, and answers 2xx. Left out: delivery reports.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from keys.files import read_private
from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from verifier_server.config import ServerConfig

TOKEN_FILE = "sms.token"  # noqa: S105  a file's name, not a secret
_SECONDS = 10
_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class SendFailed(ServerError):
    """A message did not reach the gateway, or was refused there."""

    code = "send_failed"


class Sender(Protocol):
    """Whatever brings a text to a phone; ``keeps``: it stays on this server until it is read there."""

    keeps: bool

    def send(self, phone: str, text: str) -> None:
        """Send one message; raises :class:`SendFailed`."""


class Outbox:
    """Sends nothing: the messages stay in the register and are read at ``/outbox``, for a demonstration."""

    keeps = True

    def send(self, phone: str, text: str) -> None:
        """Leave it where it is."""


class Gateway:
    """A telephone company's HTTP gateway.

    :param url: https; plain http only to this machine itself.
    :param hosts: the hosts that codes may be sent to.
    :param token: what the gateway knows this server by, or None.
    :raises ServerError: ``bad_settings``: the address is none of these.
    """

    keeps = False

    def __init__(self, url: str, hosts: frozenset[str], token: str | None = None) -> None:
        parts = urlsplit(url)
        host = parts.hostname or ""
        if not (parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)) or host not in hosts:
            raise ServerError(
                "sms_gateway must be an https address whose host is named in sms_gateway_hosts.", code="bad_settings"
            )
        self._url, self._token = url, token
        self._opener = urllib.request.build_opener(_NoRedirection, urllib.request.ProxyHandler({}))

    def send(self, phone: str, text: str) -> None:
        """Send one message; raises :class:`SendFailed`, whose sentence holds neither phone nor text."""
        body = json.dumps({"to": phone, "text": text}).encode()
        asked = urllib.request.Request(self._url, body, {"Content-Type": "application/json"})  # noqa: S310
        if self._token:
            asked.add_header("Authorization", f"Bearer {self._token}")
        try:
            with self._opener.open(asked, timeout=_SECONDS):
                return
        except urllib.error.HTTPError as problem:
            raise SendFailed(f"the gateway answered {problem.code}") from problem
        except (OSError, ValueError) as problem:
            raise SendFailed(f"the gateway cannot be reached ({type(problem).__name__})") from problem


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


def sender_of(config: ServerConfig) -> Sender:
    """Return the sender that the settings name.

    :raises ServerError: ``bad_settings``, or the token's file is open to others.
    """
    chosen = config.settings
    if not chosen.sms_gateway:
        return Outbox()
    hosts = frozenset(host.strip().lower() for host in chosen.sms_gateway_hosts.split(",") if host.strip())
    path = config.instance / TOKEN_FILE
    token = read_private(path).decode("ascii", "replace").strip() if path.exists() else None
    return Gateway(chosen.sms_gateway, hosts, token)
