"""An update from a server of the trust channel, over HTTP or HTTPS.

The only module on the scanner's side that knows a network; used by the update command and by nothing that
judges. TUF makes the content safe, so that plain HTTP is enough for its integrity. Every answer is bounded
by a deadline that also ends a server which sends a byte now and then. Left out: redirects (the address given
is the address asked) and proxies.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from keys.client.errors import UpdateRefused
from keys.client.sources import PIECE, Missing

SILENT_SECONDS = 20.0
"""A server may be silent for so long before it counts as gone."""
_ABSENT = frozenset({403, 404, 410})


class HttpSource:
    """A server that serves ``metadata/`` and ``targets/`` below one address.

    :raises UpdateRefused: ``bad_address`` when the address is no http or https one.
    """

    def __init__(self, address: str, silent_seconds: float = SILENT_SECONDS) -> None:
        self.name = address
        self._silent = silent_seconds
        try:
            parts = urlsplit(address)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError as error:
            raise _bad_address(address) from error
        if parts.scheme not in {"http", "https"} or not self._host or parts.query or parts.fragment:
            raise _bad_address(address)
        self._secure = parts.scheme == "https"
        self._base = parts.path.rstrip("/")

    def read(self, path: str, seconds: float) -> Iterator[bytes]:
        """The file's pieces; see `Source.read`."""
        deadline = _Deadline(seconds)
        try:
            with self._connected(seconds) as connection, deadline.over(connection):
                connection.request("GET", f"{self._base}/{path}", headers={"Connection": "close"})
                response = connection.getresponse()
                self._check(response, path)
                while piece := response.read1(PIECE):
                    yield piece
                if response.length:  # the connection ended before the answer did
                    raise http.client.IncompleteRead(b"", response.length)
        except (OSError, http.client.HTTPException) as error:
            if deadline.passed or isinstance(error, TimeoutError):
                raise too_slow(self.name) from error
            raise UpdateRefused(
                f"The server at {self.name} cannot be reached or broke off ({_reason(error)}). Try again later.",
                code="update_unreachable",
            ) from error
        if deadline.passed:
            raise too_slow(self.name)

    @contextmanager
    def _connected(self, seconds: float) -> Iterator[http.client.HTTPConnection]:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=min(self._silent, max(0.1, seconds)))
        try:
            yield connection
        finally:
            connection.close()

    def _check(self, response: http.client.HTTPResponse, path: str) -> None:
        if response.status in _ABSENT:
            raise Missing(path)
        if response.status != 200:
            raise UpdateRefused(
                f"The server at {self.name} answered {response.status} for {path}.", code="update_unreachable"
            )


class _Deadline:
    """Breaks a connection off when its time is over, however the server fills that time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = max(0.0, seconds)
        self.passed = False

    @contextmanager
    def over(self, connection: http.client.HTTPConnection) -> Iterator[None]:
        timer = threading.Timer(self._seconds, self._break_off, [connection])
        timer.daemon = True
        timer.start()
        try:
            connection.connect()
            # An answer's last piece is read after `http.client` let go of the socket: keep hold of it.
            self._socket = connection.sock
            yield
        finally:
            timer.cancel()

    def _break_off(self, connection: http.client.HTTPConnection) -> None:
        self.passed = True
        held: socket.socket | None = getattr(self, "_socket", None) or connection.sock
        if held is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:  # it has ended by itself, and that is all that is wanted
                return


def too_slow(name: str) -> UpdateRefused:
    """The refusal for a source that takes too long."""
    return UpdateRefused(f"{name} is too slow; the update was given up. Try again later.", code="update_too_slow")


def _bad_address(address: str) -> UpdateRefused:
    return UpdateRefused(f"{address!r} is no address such as https://example.vn/trust.", code="bad_address")


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
