"""`checkpoint-server audit`: seal the chain, give its head out, and hold everything against it.

Exit code of `verify`: 0 when nothing differs, 1 when something does. With `--json` one object a line,
the last one with the counts.
"""

from __future__ import annotations

import json
import signal
import threading
import time
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from keys import audit_heads
from keys.channel.documents import AUDIT_HEADS
from keys.channel.place import Channel
from keys.entry import iso
from keys.files import read_public, write_whole
from verifier_server.audit.findings import Count
from verifier_server.audit.heads import head_of, note_given, printed_head
from verifier_server.audit.printing import page
from verifier_server.audit.reading import Wanted, details_of, events
from verifier_server.audit.rows import verify_rows
from verifier_server.audit.sealing import seal, seal_for_ever
from verifier_server.audit.verifying import verify
from verifier_server.commands import answer, say
from verifier_server.config import database_url, load_settings
from verifier_server.errors import ServerError
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from keys.audit_heads import Head
    from verifier_server.audit.findings import Finding

SHOWN = 100


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command and its three parts."""
    parser = commands.add_parser(
        "audit",
        help="seal the audit chain, give out its head, verify it",
        description="The chain over everything that was changed in the register.",
    )
    parts = parser.add_subparsers(required=True, metavar="COMMAND")
    sealing = parts.add_parser("seal", help="chain the events that are committed")
    sealing.add_argument(
        "--every", type=_seconds, metavar="SECONDS", help="go on, and look again after so many seconds"
    )
    sealing.set_defaults(run=_with_storage(_seal))
    head = parts.add_parser("head", help="give out the head of the chain, to be published or printed")
    head.add_argument("--out", type=Path, metavar="FILE", help="write it as JSON, for `checkpoint-keys refresh`")
    head.add_argument("--print", dest="page", type=Path, metavar="FILE.html", help="write a page to print and sign")
    head.set_defaults(run=_with_storage(_head))
    verifying = parts.add_parser(
        "verify", help="name every difference between the register, its events, the chain and heads"
    )
    verifying.add_argument(
        "--head", action="append", type=Path, default=[], metavar="FILE", help="a head that was published or kept"
    )
    verifying.add_argument(
        "--printed",
        action="append",
        nargs=2,
        default=[],
        metavar=("LINK", "HASH"),
        help="a head that was printed: its link's number, and the 64 digits, with or without hyphens",
    )
    verifying.add_argument(
        "--channel", type=Path, metavar="DIR", help="the trust channel's folder: its published heads, too"
    )
    verifying.add_argument(
        "--chain-only", action="store_true", help="leave out the register's rows, which take longer than the chain"
    )
    verifying.add_argument("--json", action="store_true", help="one JSON object a line; the last one has the counts")
    verifying.set_defaults(run=_with_storage(_verify))
    listing = parts.add_parser("list", help="list events, the newest first")
    for name in ("person", "account", "site"):
        listing.add_argument(f"--{name}", type=int, metavar="N", help=f"only of this {name}, by its number")
    listing.add_argument("--most", type=int, default=100, metavar="N", help="how many at most (default: 100)")
    listing.add_argument("--details", action="store_true", help="with their details, which hold personal data")
    listing.set_defaults(run=_with_storage(_list))


def _with_storage(work: Callable[[Storage, argparse.Namespace], int]) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        # An auditor's copy of the database has none of the server's secrets.
        storage = Storage(database_url(options.instance, load_settings(options.instance)))
        try:
            return work(storage, options)
        finally:
            storage.close()

    return run


def _seal(storage: Storage, options: argparse.Namespace) -> int:
    if options.every is None:
        say(f"{seal(storage, time.time)} events sealed")
        return 0
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    seal_for_ever(storage, time.time, options.every, stop, say)
    return 0


def _head(storage: Storage, options: argparse.Namespace) -> int:
    with storage.writing() as session:
        head = head_of(session)
        if head is None:
            raise ServerError("Nothing is sealed yet; run `checkpoint-server audit seal` first.", code="no_head")
        note_given(session, head, int(time.time()))
    text = json.dumps(head.document()) + "\n"
    if options.out:
        write_whole(options.out, text.encode(), mode=0o644)
    if options.page:
        write_whole(options.page, page(head).encode(), mode=0o644)
    answer(text.strip())
    return 0


def _list(storage: Storage, options: argparse.Namespace) -> int:
    wanted = Wanted(options.person, options.account, options.site)
    with storage.reading() as session:
        found = events(session, wanted, max(1, min(options.most, 10_000)))
        details = details_of(session, [event.id for event, _seq in found]) if options.details else {}
    for event, seq in found:
        by = f"account {event.account}" if event.account else "the command line"
        about = "".join(
            f", {name} {value}" for name, value in (("site", event.site), ("person", event.person)) if value
        )
        link = f"link {seq}" if seq else "not sealed yet"
        more = f" {details.get(event.id, '(erased)')}" if options.details else ""
        answer(f"{iso(event.at)} {event.kind}: {event.subject} {event.subject_id}, by {by}{about}; {link}{more}")
    return 0


def _verify(storage: Storage, options: argparse.Namespace) -> int:
    heads = [(f"the head in {path}", head) for path in options.head for head in _heads_in(path)]
    heads += [("the printed head", printed_head(*both)) for both in options.printed]
    heads += [("the published head", head) for head in _published(options.channel)]
    count, differences = Count(), 0
    rows = () if options.chain_only else verify_rows(storage, count)
    for finding in chain(verify(storage, count, heads), rows):
        differences += 1
        if options.json:
            answer(json.dumps(finding.document()))
        elif differences <= SHOWN:
            answer(_line(finding, first=differences == 1))
    answer(_end(count, differences, as_json=options.json))
    return 1 if differences else 0


def _heads_in(path: Path) -> tuple[Head, ...]:
    return audit_heads.read(read_public(path), str(path))


def _published(channel: Path | None) -> tuple[Head, ...]:
    data = Channel(channel).current().target(AUDIT_HEADS) if channel else None
    if channel and data is None:
        raise ServerError(
            f"No head is published in {channel}: `checkpoint-keys refresh --audit-head FILE` publishes one.",
            code="no_head",
        )
    return audit_heads.read(data, AUDIT_HEADS) if data else ()


def _line(finding: Finding, *, first: bool) -> str:
    of_a_row = finding.kind.value.startswith("row_")
    where = f"link {finding.link}" if finding.link is not None else "the register" if of_a_row else "the audit"
    return f"{'FIRST DIFFERENCE: ' if first else ''}{where}: {finding.kind.value}: {finding.detail}"


def _end(count: Count, differences: int, *, as_json: bool) -> str:
    if as_json:
        return json.dumps(
            {
                "links": count.links,
                "head": count.head,
                "erased": count.erased,
                "waiting": count.waiting,
                "rows": count.rows,
                "older": count.older,
                "differences": differences,
            }
        )
    more = f" ({SHOWN} of them shown)" if differences > SHOWN else ""
    return (
        f"{count.links} links verified: {differences or 'no'} differences{more}; {count.erased} details erased by law, "
        f"{count.waiting} events not sealed yet; {count.rows} rows held against their events, "
        f"{count.older} older than the audit"
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds <= 86_400:
        raise ValueError(text)
    return seconds
