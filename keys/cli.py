"""The command ``checkpoint-keys``: its parser, its help, and how its answers are printed.

Expected errors are one sentence on standard error; exit codes are 0 for fine,
1 when something was refused or failed, 2 for a wrong call. Leaves out what the
commands do (``commands``).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from keys import beginning, commands, coverage, overview, revoking
from keys.answer import Answer
from keys.channel import arguments as channel_arguments
from keys.channel.arguments import HOLDER_HELP
from keys.drill import arguments as drill_arguments
from keys.endings import ended
from keys.entry import FORMS
from keys.parsers import Command, Subparsers, authority_folder, command, keys_folder, places
from keys.place import CUSTODIES
from keys.rotate import parser as rotating
from vaccine_pass.errors import CheckpointError

_ABOUT = """Keys that sign vaccination passes: make them, look after them, and say which are trusted.

Changes to what scanners believe are proposed here, signed by holders on machines of their own, and published
when enough have signed. Private keys stay encrypted in their folders; they are never printed and never leave them."""

_INIT = """Alone it makes the signers and says how to go on; with --holder, given once for each holder, also the
channel's first proposal; with --demo everything at once. What is there already is kept."""


def main(argv: Sequence[str] | None = None, *, now: int | None = None) -> int:
    """Run one command and give its exit code; ``now`` (Unix seconds) replaces the clock in tests."""
    return ended("checkpoint-keys", lambda: _run(argv, now))


def _run(argv: Sequence[str] | None, now: int | None) -> int:
    arguments = _parser().parse_args(argv)
    does: Command = arguments.command
    try:
        answer = does(arguments, int(time.time()) if now is None else now)
    except CheckpointError as error:
        answer = Answer(problems=(error.message,), code=1)
    for line in answer.lines:
        print(line)
    for problem in answer.problems:
        print(f"checkpoint-keys: {problem}", file=sys.stderr)
    return answer.code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="checkpoint-keys", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    subparsers = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_both(subparsers)
    _add_signers(subparsers)
    _add_life(subparsers)
    channel_arguments.add(subparsers)
    _add_lists(subparsers)
    drill_arguments.add(subparsers)
    return parser


def _add_both(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    init = command(subparsers, "init", beginning.init, "make the signers, and the trust channel", details=_INIT)
    whose = init.add_mutually_exclusive_group()
    whose.add_argument("--demo", action="store_true", help="one holder for everything, published at once; says so")
    whose.add_argument("--holder", action="append", type=Path, default=[], metavar="PUBLIC.json", help=HOLDER_HELP)
    init.add_argument("--province", action="append", metavar="NN", help="with --demo: a province with rules of its own")
    places(init)
    _authority_and_periods(init)
    _custody(init)
    status = command(subparsers, "status", overview.status, "say what is signed by whom, and what to do next by when")
    status.add_argument("--json", action="store_true", help="the same as one JSON object")
    coverage.receipts_file(status)
    places(status)
    authority_folder(status)


def _add_signers(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    new = command(subparsers, "new", commands.new, "make a pending signer, to be activated when scanners know it")
    new.add_argument("--form", required=True, choices=FORMS, help="which passes it will sign")
    new.add_argument("--name", required=True, help="its name, as VN-2026-12")
    new.add_argument(
        "--sign-from", metavar="TIME", help="when it may begin to sign (ISO 8601, UTC); in 21 days unless given"
    )
    new.add_argument("--spare", action="store_true", help="for the day on which a key is stolen; signs in no turn")
    new.add_argument(
        "--apart", type=Path, metavar="DIR", help="with --spare: where it is kept, on another disk or stick"
    )
    places(new)
    _authority_and_periods(new)
    new.set_defaults(sign_days=None)  # a spare waits longer than a key that has a turn
    _custody(new)
    keys_folder(command(subparsers, "check", commands.check, "open every private key that signs or will sign"))


def _add_life(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    activate = command(subparsers, "activate", commands.activate, "let a pending signer sign; the active one retires")
    retire = command(subparsers, "retire", commands.retire, "end a signer's work and destroy its private key")
    revoke = command(subparsers, "revoke", revoking.revoke, "refuse for ever everything that a signer has signed")
    revoke.add_argument("--reason", metavar="TEXT", help="why, for the key's history; needed unless it is previewed")
    revoke.add_argument("--preview", action="store_true", help="change nothing; count passes and people it turns red")
    revoke.add_argument("--json", action="store_true", help="with --preview: one JSON object")
    revoke.add_argument(
        "--instance", type=Path, metavar="DIR", help="with --preview: the server's folder, if not around the key folder"
    )
    for parser in (activate, retire, revoke):
        parser.add_argument("key", metavar="KEY", help="the key's name or its key id")
        places(parser)
    coverage.receipts_file(activate)
    rotate = rotating.add(subparsers)
    _authority_and_periods(rotate, usual="as before")
    rotate.set_defaults(sign_days=None)  # the key folder knows


def _add_lists(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    imported = command(
        subparsers,
        "import-signers",
        commands.import_signers,
        "write a plain trust list from other issuers' keys",
        details="X.509 certificates (PEM, DER or base64) or JWK sets. Good ones are written; each bad one is "
        "named on standard error, and the exit code is then 1. A plain list has no age and binds no country.",
    )
    imported.add_argument("--out", required=True, type=Path, metavar="TRUST.json", help="the file to write")
    imported.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a file, or a folder of files")


def _custody(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where the private key lives")
    group.add_argument(
        "--custody", choices=CUSTODIES, default="file", help="an encrypted file, or a PKCS#11 token (default: file)"
    )
    group.add_argument("--module", type=Path, metavar="LIB.so", help="the token's PKCS#11 library")
    group.add_argument("--token", metavar="LABEL", help="the token's label")
    group.add_argument("--pin-file", type=Path, metavar="FILE", help="the file with the user's PIN, mode 0600")


def _authority_and_periods(parser: argparse.ArgumentParser, usual: str = "90; a spare: 366") -> None:
    authority_folder(parser)
    parser.add_argument(
        "--sign-days",
        type=_days,
        default=90,
        metavar="N",
        help=f"days for which a key signs (default: {usual})",
    )
    parser.add_argument(
        "--pass-days", type=_days, default=366, metavar="N", help="longest validity of a pass (default: 366)"
    )


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 3650:
        raise argparse.ArgumentTypeError(f"{text} is not from 1 to 3650 days")
    return days


if __name__ == "__main__":
    sys.exit(main())
