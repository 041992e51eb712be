"""The server of the trust channel over HTTP or HTTPS: files of an update, and what a device sends to it.

The only module on the scanner's side that knows a network; used by the commands that update and enrol, and
by nothing that judges. TUF makes an update's content safe, so that plain HTTP is enough for its integrity.
Every answer is bounded in bytes and by a deadline that also ends a server which sends a byte now and then.
Left out: redirects (the address given is the address asked) and proxies.
"""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

from keys.client.errors import UpdateRefused
from keys.client.server import Answer
from keys.client.sources import PIECE, Missing

SILENT_SECONDS = 20.0
"""A server may be silent for so long before it counts as gone."""
POST_SECONDS = 60.0
MOST_ANSWER_BYTES = 64 * 1024
_ABSENT = frozenset({403, 404, 410})
_CLOSE = {"Connection": "close"}


class HttpSource:
    """A server that serves ``metadata/`` and ``targets/`` below one address.

    :raises UpdateRefused: ``bad_address`` when the address is no http or https one.
    """

    def __init__(self, address: str, silent_seconds: float = SILENT_SECONDS) -> None:
        self.name = address
        self._place = _Place(address, silent_seconds)

    def read(self, path: str, seconds: float) -> Iterator[bytes]:
        """The file's pieces; see `Source.read`."""
        with self._place.asked("GET", f"/{path}", seconds) as response:
            self._check(response, path)
            while piece := response.read1(PIECE):
                yield piece
            if response.length:  # the connection ended before the answer did
                raise http.client.IncompleteRead(b"", response.length)

    def _check(self, response: http.client.HTTPResponse, path: str) -> None:
        if response.status in _ABSENT:
            raise Missing(path)
        if response.status != 200:
            raise UpdateRefused(
                f"The server at {self.name} answered {response.status} for {path}.", code="update_unreachable"
            )


def post(
    address: str,
    body: bytes,
    kind: str,
    *,
    seconds: float = POST_SECONDS,
    silent_seconds: float = SILENT_SECONDS,
) -> Answer:
    """Send one body and return the answer, whatever its status; see `keys.client.server.Post`.

    :param kind: the body's media type.
    :raises UpdateRefused: ``bad_address``, ``update_unreachable``, ``update_too_slow``, ``answer_too_large``.
    """
    headers = {"Content-Type": kind, "Accept": "application/json"}
    with _Place(address, silent_seconds).asked("POST", "", seconds, body, headers) as response:
        pieces = b""
        while piece := response.read1(PIECE):
            pieces += piece
            if len(pieces) > MOST_ANSWER_BYTES:
                raise UpdateRefused(
                    f"The server at {address} answers more than {MOST_ANSWER_BYTES} bytes; it was given up.",
                    code="answer_too_large",
                )
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        return Answer(response.status, pieces)


class _Place:
    """An address, and one bounded exchange with whoever answers there."""

    def __init__(self, address: str, silent_seconds: float) -> None:
        self._name, self._silent = address, silent_seconds
        try:
            parts = urlsplit(address)
            self._host, self._port = parts.hostname or "", parts.port
        except ValueError as error:
            raise _bad_address(address) from error
        if parts.scheme not in {"http", "https"} or not self._host or parts.query or parts.fragment:
            raise _bad_address(address)
        self._secure = parts.scheme == "https"
        self._base = parts.path.rstrip("/")

    @contextmanager
    def asked(
        self, method: str, path: str, seconds: float, body: bytes | None = None, headers: Mapping[str, str] = _CLOSE
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer while it comes in; every fault of the way is a refusal with one sentence."""
        deadline = _Deadline(seconds)
        try:
            with self._connected(seconds) as connection, deadline.over(connection):
                connection.request(method, f"{self._base}{path}" or "/", body, {**headers, **_CLOSE})
                yield connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            if deadline.passed or isinstance(error, TimeoutError):
                raise too_slow(self._name) from error
            raise UpdateRefused(
                f"The server at {self._name} cannot be reached or broke off ({_reason(error)}). Try again later.",
                code="update_unreachable",
            ) from error
        if deadline.passed:
            raise too_slow(self._name)

    @contextmanager
    def _connected(self, seconds: float) -> Iterator[http.client.HTTPConnection]:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        connection = kind(self._host, self._port, timeout=min(self._silent, max(0.1, seconds)))
        try:
            yield connection
        finally:
            connection.close()


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
