"""`checkpoint-server`: the command line, one small module for each command.

Exit codes: 0 fine, 1 something was refused or failed, 2 a wrong call.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from keys.endings import ended
from vaccine_pass.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.exc import OperationalError

COMMANDS = (
    *("run", "work", "init_db", "add_staff", "reset_staff", "site"),
    *("issue", "import_file", "revoke", "approve", "revocations", "reissue"),
    *("lease_block", "reconcile", "backup", "restore", "retention", "audit"),
    *("print_cards", "api_token", "import_units", "scanners", "sample", "demo"),
)
"""The modules of the commands, in the order of the help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an expected failure is one sentence on standard error."""
    return ended("checkpoint-server", lambda: _called(arguments), extra="server")


def _called(arguments: Sequence[str] | None) -> int:
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415  a package of the extra

    options = parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except CheckpointError as problem:
        print(f"checkpoint-server: {problem.message}", file=sys.stderr)
    except OperationalError as problem:
        print(f"checkpoint-server: the database cannot be used: {_first_line(problem)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("checkpoint-server: stopped", file=sys.stderr)
    return 1


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(prog="checkpoint-server", description="Issues vaccination passes.")
    top.add_argument(
        "--instance",
        type=Path,
        default=Path("instance"),
        metavar="DIR",
        help="the folder of settings, secrets, keys and database (default: instance)",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for name in COMMANDS:
        # Only now: the commands need the packages of the server's extra.
        import_module(f"verifier_server.commands.{name}").add_parser(commands)
    return top


def _first_line(problem: OperationalError) -> str:
    return str(problem.orig).strip().split("\n", 1)[0]


if __name__ == "__main__":
    sys.exit(main())
