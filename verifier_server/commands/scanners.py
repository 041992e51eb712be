"""`checkpoint-server scanners`: enrol posts' scanners, see the age of their data, carry receipts by hand.

`export` writes the file by which `checkpoint-keys` sees how many scanners hold a key.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from keys.entry import iso
from keys.files import write_whole
from vaccine_pass.errors import CheckpointError
from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.drawing import text_png
from verifier_server.errors import ServerError
from verifier_server.scanners.ages import aged
from verifier_server.scanners.enrolling import HOURS, make_code
from verifier_server.scanners.listing import FILE_NAME, exported, in_use, take_back, withdraw
from verifier_server.scanners.receiving import take_receipt
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from verifier_server.scanners.ages import Aged

MOST_LINE = 256 * 1024


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands."""
    top = commands.add_parser(
        "scanners", help="enrol scanners, and see how old their data is", description="Looks after scanners."
    )
    inner = top.add_subparsers(required=True, metavar="COMMAND")
    listed = inner.add_parser("list", help="each scanner with the age of its data")
    listed.add_argument("--json", action="store_true", help="one JSON object a line")
    listed.set_defaults(run=show)
    code = inner.add_parser("enrol", help="make a code that enrols one scanner of a post")
    code.add_argument("post", metavar="POST", help="the post's code, such as 79-CLT-1")
    code.add_argument("--out", type=Path, required=True, metavar="PNG", help="the picture of the code")
    code.add_argument("--server", metavar="URL", help="this server's address (default: public_address in server.toml)")
    code.add_argument("--hours", type=int, default=HOURS, metavar="N", help="how long it works (default: %(default)s)")
    code.set_defaults(run=make)
    stop = inner.add_parser("withdraw", help="count on a scanner no longer")
    stop.add_argument("device", metavar="DEVICE", help="its id, 16 hexadecimal digits")
    stop.add_argument("--undo", action="store_true", help="count on it again")
    stop.set_defaults(run=stopped)
    export = inner.add_parser("export", help="write the scanners and their receipts for checkpoint-keys")
    export.add_argument("--out", type=Path, metavar="FILE", help=f"(default: {FILE_NAME} in the key folder)")
    export.set_defaults(run=write)
    take = inner.add_parser("import-receipts", help="take receipts in that were carried by hand")
    take.add_argument("files", nargs="+", type=Path, metavar="FILE", help="one receipt a line")
    take.set_defaults(run=take_in)


def show(options: argparse.Namespace) -> int:
    """Print each scanner, the worst first."""
    storage, now = _storage(options), int(time.time())
    with storage.reading() as session:
        for one in aged(in_use(session), now):
            answer(json.dumps(_as_object(one)) if options.json else _as_line(one))
    storage.close()
    return 0


def make(options: argparse.Namespace) -> int:
    """Make a code and its picture."""
    config = load_config(options.instance)
    server = options.server or config.settings.public_address
    if not server:
        raise ServerError(
            "Give the address that scanners reach this server at with --server, or as public_address in server.toml.",
            code="no_address",
        )
    storage = Storage(config.database_url)
    with storage.writing() as session:
        made = {"post": options.post, "server": server, "now": int(time.time()), "hours": options.hours}
        code, enrolment = make_code(session, **made)
        write_whole(options.out, text_png(enrolment.text()))  # with the token in it: for its owner only
    storage.close()
    answer(f"{code.post}: {options.out} enrols one scanner until {iso(code.expires_at)}; then destroy it")
    return 0


def stopped(options: argparse.Namespace) -> int:
    """Withdraw a scanner, or take that back."""
    storage = _storage(options)
    with storage.writing() as session:
        if options.undo:
            scanner = take_back(session, options.device)
        else:
            scanner = withdraw(session, options.device, int(time.time()))
    storage.close()
    answer(f"{scanner.device} at {scanner.post} is {'in use again' if options.undo else 'withdrawn'}")
    return 0


def write(options: argparse.Namespace) -> int:
    """Write the scanners file."""
    config = load_config(options.instance)
    out = options.out or config.keys_folder / FILE_NAME
    storage = Storage(config.database_url)
    with storage.reading() as session:
        data = exported(session, int(time.time()))
    storage.close()
    write_whole(out, data, mode=0o644)
    answer(f"{len(json.loads(data)['scanners'])} scanners written to {out}")
    return 0


def take_in(options: argparse.Namespace) -> int:
    """Take every receipt in that is sound; 1 when one was not."""
    storage, counts = _storage(options), {"taken": 0, "not newer": 0, "refused": 0}
    for where, line in _lines(options.files):
        try:
            with storage.writing() as session:
                counts["taken" if take_receipt(session, line, int(time.time())) else "not newer"] += 1
        except CheckpointError as problem:
            counts["refused"] += 1
            say(f"{where}: {problem.message}")
    storage.close()
    answer(", ".join(f"{count} {what}" for what, count in counts.items()))
    return 1 if counts["refused"] else 0


def _lines(files: list[Path]) -> Iterator[tuple[str, str]]:
    for path in files:
        try:
            with path.open(encoding="ascii", errors="replace") as stream:
                number = 0
                while line := stream.readline(MOST_LINE + 1):
                    number += 1
                    if line.strip():
                        yield f"{path}, line {number}", line.strip()
        except OSError as problem:
            raise ServerError(f"{path} cannot be read: {problem.strerror}.", code="unreadable_file") from problem


def _storage(options: argparse.Namespace) -> Storage:
    return Storage(load_config(options.instance).database_url)


def _as_line(one: Aged) -> str:
    it = one.scanner
    age = "has sent no receipt" if one.days is None else f"keys {one.days} days old"
    heard = f", receipt of {iso(it.receipt_at)}" if it.receipt_at is not None else ""
    return f"{one.standing.value:<6}  {it.post}  {it.device}  {age}{heard}"


def _as_object(one: Aged) -> dict[str, object]:
    it = one.scanner
    return {
        "device": it.device,
        "post": it.post,
        "standing": one.standing.value,
        "days": one.days,
        "receipt_at": None if it.receipt_at is None else iso(it.receipt_at),
        "enrolled_at": iso(it.enrolled_at),
    }
