"""A load generator for the server: a process of its own that sends prepared requests and times each answer.

    echo '{"host": "127.0.0.1", "port": 8080, "method": "GET", "path": "/healthz", "seconds": 2}' | python -m bench.load

As fast as possible (``rate`` 0): each of ``connections`` sends its next request when its last is answered. At a rate:
requests are due at fixed moments, and the time of one counts from when it was due, so that a server that stops
answering is not asked less. Every request has a connection of its own, as the server closes them. ``busy`` is the
share of one core that this process used: well below 1, it was not the limit.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_PATIENCE = 30.0
_PIECE = 65_536


@dataclass(frozen=True)
class Load:
    """What to send; ``{n}`` in path, headers and body is the number of the request, from ``first`` to ``last``."""

    host: str
    port: int
    method: str
    path: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    first: int = 1
    last: int = 1 << 60
    connections: int = 8
    seconds: float = 2.0
    rate: float = 0.0

    def request(self, number: int) -> bytes:
        """The bytes of one request."""
        body = self.body.replace("{n}", str(number)).encode()
        lines = [f"{self.method} {self.path.replace('{n}', str(number))} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        lines += [f"{name}: {value.replace('{n}', str(number))}" for name, value in self.headers.items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


@dataclass
class _Asked:
    due: float
    answer: bytearray = field(default_factory=bytearray)


class Generator:
    """One run of a load."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._selector = selectors.DefaultSelector()
        self._next = load.first
        self._open = 0
        self._times: list[float] = []
        self._statuses: Counter[str] = Counter()
        self._begun = 0.0

    def run(self) -> dict[str, Any]:
        """Send until the time is over or the numbers are used up; wait for the last answers; return the figures."""
        self._begun, used = time.perf_counter(), time.process_time()
        while self._may_send() or self._open:
            self._send_what_is_due()
            for key, _events in self._selector.select(self._pause()):
                self._read(key)
            if time.perf_counter() > self._begun + self._load.seconds + _PATIENCE:
                raise TimeoutError("the server does not answer any more")
        took = time.perf_counter() - self._begun
        return self._figures(took, time.process_time() - used)

    def _may_send(self) -> bool:
        return self._next <= self._load.last and self._due() < self._begun + self._load.seconds

    def _due(self) -> float:
        if not self._load.rate:
            return time.perf_counter()
        return self._begun + (self._next - self._load.first) / self._load.rate

    def _pause(self) -> float:
        if not self._may_send() or self._open >= self._load.connections:
            return 1.0
        return max(0.0, self._due() - time.perf_counter())

    def _send_what_is_due(self) -> None:
        while self._open < self._load.connections and self._may_send():
            due = self._due()
            if due > time.perf_counter():
                return
            self._send(due)

    def _send(self, due: float) -> None:
        peer = socket.create_connection((self._load.host, self._load.port), timeout=_PATIENCE)
        peer.sendall(self._load.request(self._next))
        peer.setblocking(False)
        self._selector.register(peer, selectors.EVENT_READ, _Asked(due))
        self._next += 1
        self._open += 1

    def _read(self, key: selectors.SelectorKey) -> None:
        peer, asked = key.fileobj, key.data
        piece = peer.recv(_PIECE)
        if piece:
            asked.answer += piece
            return
        self._selector.unregister(peer)
        peer.close()
        self._open -= 1
        self._times.append(time.perf_counter() - asked.due)
        self._statuses[asked.answer[9:12].decode("ascii", "replace") or "none"] += 1

    def _figures(self, took: float, used: float) -> dict[str, Any]:
        ordered = sorted(self._times)
        return {
            "requests": len(ordered),
            "rate": round(len(ordered) / took, 1),
            "p50_ms": _at(ordered, 0.5),
            "p99_ms": _at(ordered, 0.99),
            "statuses": dict(self._statuses),
            "busy": round(used / took, 2),
            "next": self._next,
        }


def _at(ordered: list[float], part: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000, 2) if ordered else 0.0


if __name__ == "__main__":
    print(json.dumps(Generator(Load(**json.load(sys.stdin))).run()))
