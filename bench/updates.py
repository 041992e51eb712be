"""What an update of a scanner's trust data costs: requests, bytes and time; and loading what is held.

    python -m bench.updates [--rounds 5] [--json]

A channel with real thresholds (root 3 of 5, the others 2 of 3) and two signers is published, and the
scanner's own code updates from it: over HTTP from a server in this process, from a folder as on a USB
stick, and from one file. Bytes are those of the files, without HTTP's headers. Times are the median of the
rounds, on the wall, with the server's share in them: no network is between the two.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from typing import Any

from bench.country import Country
from keys.channel import bundle
from keys.client import load
from keys.client.bundle import BundleSource
from keys.client.http import HttpSource
from keys.client.sources import FolderSource, Source
from keys.client.store import DeviceStore
from keys.client.update import Updated, update


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; with ``--json`` one object comes last."""
    parser = argparse.ArgumentParser(prog="python -m bench.updates", description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5, help="of each kind of update (5)")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    options = parser.parse_args(arguments)
    figures = measure(options.rounds)
    for name, value in figures.items():
        print(f"{name:22} {value}", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(figures))
    return 0


def measure(rounds: int = 5) -> dict[str, Any]:
    """Return `update_bytes` and `no_change_bytes`, and an object of requests, bytes and ms for each kind of update."""
    with tempfile.TemporaryDirectory(prefix="checkpoint-updates-") as folder:
        top, now = Path(folder), int(time.time())
        country = Country.first_day(top / "country", now)
        published = country.channel.releases.pointer
        one_file = top / "trust.zip"
        bundle.export(country.channel.current(), one_file)
        with _served(published) as address:
            bench = _Bench(top, country.first_root(), now, rounds)
            first = bench.first(lambda: HttpSource(address))
            figures = {
                "first_update": first,
                "no_change_update": bench.again(lambda: HttpSource(address)),
                "usb_update": bench.first(lambda: FolderSource(published)),
                "one_file_update": bench.first(lambda: BundleSource(one_file)),
                "offline_load_ms": bench.load(),
            }
            country.sign_the_keys_again(now + 60)
            figures["one_role_update"] = bench.news(lambda: HttpSource(address), now + 120)
    no_change = figures["no_change_update"]["bytes"]
    return {"update_bytes": first["bytes"], "no_change_bytes": no_change, **figures}


class _Bench:
    """Scanners in folders of their own, each update timed; the first of them stays for what follows."""

    def __init__(self, top: Path, root: bytes, now: int, rounds: int) -> None:
        self._top, self._root, self._now, self._rounds = top, root, now, rounds
        self._made = 0
        self._held = self._new()

    def first(self, source: Callable[[], Source]) -> dict[str, Any]:
        """A scanner that holds nothing but the pinned root takes all that is published."""
        return self._timed([self._new() for _ in range(self._rounds)], source, self._now)

    def again(self, source: Callable[[], Source]) -> dict[str, Any]:
        """A scanner that holds what is published asks whether there is news."""
        update(self._held, source(), self._now, root=self._root)
        return self._timed([self._held] * self._rounds, source, self._now)

    def news(self, source: Callable[[], Source], now: int) -> dict[str, Any]:
        """A scanner that holds all but one role's newest signatures takes these; once, since then it has them."""
        return self._timed([self._held], source, now)

    def load(self) -> float:
        """Milliseconds from the folder on the device to trust data to judge by."""
        times = []
        for _ in range(self._rounds):
            start = time.perf_counter()
            load.load(self._held)
            times.append(time.perf_counter() - start)
        return round(median(times) * 1e3, 1)

    def _new(self) -> DeviceStore:
        self._made += 1
        return DeviceStore(self._top / f"scanner-{self._made}")

    def _timed(self, stores: Sequence[DeviceStore], source: Callable[[], Source], now: int) -> dict[str, Any]:
        runs = [self._run(store, source(), now) for store in stores]
        last = runs[-1][0]
        return {"requests": last.requests, "bytes": last.received, "ms": round(median(ms for _, ms in runs), 1)}

    def _run(self, store: DeviceStore, source: Source, now: int) -> tuple[Updated, float]:
        start = time.perf_counter()
        done = update(store, source, now, root=self._root)
        return done, (time.perf_counter() - start) * 1e3


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """The folder behind a web server of this process; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Requests are counted by the client; a line for each would be timed too."""


if __name__ == "__main__":
    sys.exit(main())
