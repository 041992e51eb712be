"""How ``rotate`` is called. Leaves out what it does (``command``)."""

from __future__ import annotations

import argparse
from pathlib import Path

from keys import coverage
from keys.entry import FORMS
from keys.parsers import Subparsers, command, places
from keys.rotate.command import rotate

_DETAILS = """Activates what is in turn, makes the next key in time, proposes it in the trust channel,
publishes when enough holders have signed, and says what waits for whom and until when. Run it every month, and
whenever `status` asks for it; running it again changes nothing."""


def add(subparsers: Subparsers[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the command; the caller adds the authority and the periods, as for other commands that make keys."""
    parser = command(subparsers, "rotate", rotate, "do what is due with the signers; say what waits", details=_DETAILS)
    parser.add_argument(
        "--emergency",
        action="append",
        nargs="?",
        choices=FORMS,
        metavar="FORM",
        help=f"let the spare sign today in the place of the active key of this form ({' or '.join(FORMS)}); without "
        "FORM, of each form of which no key signs",
    )
    parser.add_argument("--apart", type=Path, metavar="DIR", help="make missing spares here, on another disk or stick")
    coverage.receipts_file(parser)
    parser.add_argument(
        "--copy", action="append", type=Path, default=[], metavar="FOLDER", help="a signed copy of the open proposal"
    )
    parser.add_argument("--witness", action="append", default=[], metavar="NAME", help="a witness, for the minutes")
    parser.add_argument("--place", default="", help="where the ceremony was, for the minutes")
    places(parser)
    return parser
