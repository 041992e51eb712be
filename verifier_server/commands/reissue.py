"""`checkpoint-server reissue`: new passes from the register for everyone who lost one in a batch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.commands import say
from verifier_server.commands.issue import office
from verifier_server.commands.revocation_words import Progress, row_number
from verifier_server.config import load_config
from verifier_server.revocation.reissue import reissue
from verifier_server.revocation.results import draw_pictures, reissued_in, write_results

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "reissue",
        help="issue new passes in the place of those that a batch revoked",
        description="Issues a pass of the same form, under the key that is active now, to everyone who lost one in "
        "a batch and is entitled to it by the register. Killed at any moment and run again, it goes on where it was.",
    )
    parser.add_argument("--revoked-batch", dest="number", type=row_number, required=True, metavar="N")
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="gets reissued.csv (one row for each) and the pictures"
    )
    parser.add_argument("--image", choices=("png", "svg", "none"), default="none", help="default: none")
    parser.add_argument("--workers", type=int, default=1, metavar="N", help="processes that draw (default: 1)")
    parser.add_argument(
        "--register-checked",
        action="store_true",
        help="the register was put right: needed when the batch was not for a key",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Issue, write the result, and say how it went; 1 when somebody could not get a pass."""
    work = office(load_config(options.instance))
    try:
        reissue(work, options.number, checked=options.register_checked, progress=Progress("people").told)
        options.out.mkdir(parents=True, exist_ok=True)
        with work.storage.reading() as session:
            rows = reissued_in(session, options.number)
            draw_pictures(options.out, rows, options.image, max(1, options.workers))
            rows = reissued_in(session, options.number)
            outcomes = write_results(options.out / "reissued.csv", rows, options.image)
    finally:
        work.storage.close()
    counted = ", ".join(f"{outcomes[one]} {one}" for one in ("issued", "kept", "expired", "refused"))
    say(f"{counted}; see {options.out / 'reissued.csv'}")
    return 1 if outcomes["refused"] else 0
