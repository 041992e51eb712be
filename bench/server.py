"""Requests a second of the server's pages, beside a bare Flask page under the same gunicorn; bulk issuing.

    python -m bench.server [--storage sqlite] [--rows 100000] [--json]

Each page and the bare one take turns under load (`bench.load`, a process beside the server); `ratio` is the median of
the turns. `p50_ms` and `p99_ms` are at half of the highest rate, counted from when a request was due. A fresh pass is
signed for another person with every request, through the API; a citizen's page is that of the health book, each asked
for by the phone that is logged in. PostgreSQL runs with fsync on, as in earnest.
The JSON object has `pass_json`, `pass_png`, `dose` and `citizen`, each by storage, and `bulk`.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench import bulk, postgres
from bench.load import Load
from bench.served import Instance, Visitor, citizen_cookie, prepare, served

STORAGES = ("sqlite", "postgresql")
_OK = {"200", "201", "302"}


@dataclass(frozen=True)
class Page:
    """One kind of request; ``again``: the same number may be asked for more than once."""

    name: str
    load: dict[str, Any]
    again: bool = True


@dataclass
class _Bench:
    instance: Instance
    bare_port: int
    seconds: float
    rounds: int
    used: dict[str, int] = field(default_factory=dict)

    def measured(self, page: Page) -> dict[str, Any]:
        """The figures of one page."""
        self._run(page, seconds=min(1.0, self.seconds))  # both workers open their keys and their database
        ratios, rates, busy = [], [], []
        for _ in range(self.rounds):
            alone = self._generated(Load("127.0.0.1", self.bare_port, "GET", "/healthz", seconds=self.seconds))
            page_alone = self._run(page, seconds=self.seconds)
            rates.append(page_alone["rate"])
            ratios.append(page_alone["rate"] / alone["rate"])
            busy += [alone["busy"], page_alone["busy"]]
        half = self._run(page, seconds=2 * self.seconds, rate=median(rates) / 2, connections=64)
        return {
            "rate": round(median(rates), 1),
            "ratio": round(median(ratios), 3),
            "p50_ms": half["p50_ms"],
            "p99_ms": half["p99_ms"],
            "generator_busy": max(busy),
        }

    def _run(self, page: Page, **more: Any) -> dict[str, Any]:
        people, first = self.instance.people, self.used.get(page.name, 1)
        if page.again and first > people // 2:
            first = 1
        figures = self._generated(Load(**page.load, first=first, last=people, **more))
        self.used[page.name] = figures["next"]
        wrong = set(figures["statuses"]) - _OK
        if wrong or not figures["requests"]:
            raise SystemExit(f"bench.server: {page.name} was answered {figures['statuses']}; try more --people")
        return figures

    @staticmethod
    def _generated(load: Load) -> dict[str, Any]:
        command, said = [sys.executable, "-m", "bench.load"], json.dumps(asdict(load))
        done = subprocess.run(command, input=said, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout)


def pages(port: int, instance: Instance) -> Iterator[Page]:
    """The pages that are measured, in an order in which each finds what it needs."""
    vaccinator = Visitor.logged_in(port, "vaccinator")
    here = {"host": "127.0.0.1", "port": port}
    token = {"Authorization": f"Bearer {instance.token}"}
    sent = {**token, "Content-Type": "application/json", "Idempotency-Key": "key-of-request-{n}"}
    issue = {"method": "POST", "path": "/api/v1/people/{n}/passes", "body": '{"form": "domestic"}', "headers": sent}
    yield Page("pass_json", {**here, **issue}, again=False)
    # The travel passes of the file have the numbers up to `people`, those that were signed here the next ones.
    picture = {"method": "GET", "path": "/api/v1/passes/{n}/code.png", "headers": token}
    yield Page("pass_png", {**here, **picture})
    dose = vaccinator.form(
        token="dose-{n}-of-the-benchmark-2",  # noqa: S106  a form's
        dose_number="2", vaccine="JANSSEN", series="", site="1", lot="FF1235",
        dose_date_day="01", dose_date_month="10", dose_date_year="2021",
    )  # fmt: skip
    record = {"method": "POST", "path": "/people/{n}/doses/new", "body": dose, "headers": vaccinator.headers}
    yield Page("dose", {**here, **record}, again=False)
    cookie = {"Cookie": citizen_cookie("{n}")}
    yield Page("citizen", {**here, "method": "GET", "path": "/book/people/{n}", "headers": cookie})


@contextmanager
def _database(storage: str, folder: Path) -> Iterator[str]:
    if storage == "sqlite":
        yield f"sqlite:///{folder / 'register.sqlite'}"
        return
    with postgres.running() as url:
        yield f"{url}/postgres"


def measure(storage: str, people: int, seconds: float, rounds: int, threads: int = 1) -> dict[str, dict[str, Any]]:
    """Return the figures of each page on one storage."""
    with tempfile.TemporaryDirectory(prefix="checkpoint-server-") as top, _database(storage, Path(top)) as url:
        instance = prepare(Path(top) / "instance", url, people)
        with (
            served("bare", instance, threads=threads) as bare_port,
            served("server", instance, threads=threads) as port,
        ):
            bench = _Bench(instance, bare_port, seconds, rounds)
            return {page.name: bench.measured(page) for page in pages(port, instance)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; with ``--json`` one object comes last."""
    parser = argparse.ArgumentParser(prog="python -m bench.server", description=__doc__.partition("\n")[0])
    parser.add_argument("--storage", choices=STORAGES, action="append", help="may be given twice (both)")
    parser.add_argument("--people", type=int, default=12_000, help="in the register; each gets one pass (12,000)")
    parser.add_argument("--seconds", type=float, default=2.0, help="of each turn (2)")
    parser.add_argument("--rounds", type=int, default=3, help="turns of a page and the bare one (3)")
    parser.add_argument("--threads", type=int, default=1, help="of each of the two workers, of both servers (1)")
    parser.add_argument("--rows", type=int, default=100_000, help="the largest file of bulk issuing; 0 leaves it out")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {}
    said = sys.stderr if options.json else sys.stdout
    for storage in dict.fromkeys(options.storage or STORAGES):
        for name, value in measure(storage, options.people, options.seconds, options.rounds, options.threads).items():
            figures.setdefault(name, {})[storage] = value
            print(f"{storage:10} {name:10} {value}", file=said, flush=True)
    if options.rows:
        figures["bulk"] = bulk.measure(options.rows)
        print(f"bulk       {figures['bulk']}", file=said, flush=True)
    if options.json:
        print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
