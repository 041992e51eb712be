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
    *("run", "work", "init-db", "add-staff", "reset-staff", "site"),
    *("issue", "import", "revoke", "unrevoke", "approve", "revocations", "reissue"),
    *("lease-block", "reconcile", "backup", "restore", "retention", "audit"),
    *("print-cards", "api-token", "import-units", "scanners", "sample", "demo"),
)
"""The commands, in the order of the help; each has a module of its name, but for two."""
_MODULES = {"import": "import_file", "unrevoke": "revoke"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; an expected failure is one sentence on standard error."""
    return ended("checkpoint-server", lambda: _called(arguments), extra="server")


def _called(arguments: Sequence[str] | None) -> int:
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415  a package of the extra

    words = sys.argv[1:] if arguments is None else arguments
    options = parser(_asked(words)).parse_args(words)
    try:
        return int(options.run(options))
    except CheckpointError as problem:
        print(f"checkpoint-server: {problem.message}", file=sys.stderr)
    except OperationalError as problem:
        print(f"checkpoint-server: the database cannot be used: {_first_line(problem)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("checkpoint-server: stopped", file=sys.stderr)
    return 1


def parser(asked: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    :param asked: the command that was asked for: only its module is loaded, because others bring packages that cost
        a second and a hundred megabytes. Of all commands when it is None, or not one of them.
    """
    top = argparse.ArgumentParser(prog="checkpoint-server", description="Issues vaccination passes.")
    top.add_argument(
        "--instance",
        type=Path,
        default=Path("instance"),
        metavar="DIR",
        help="the folder of settings, secrets, keys and database (default: instance)",
    )
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    wanted = [asked] if asked in COMMANDS else COMMANDS
    for module in dict.fromkeys(_MODULES.get(name, name.replace("-", "_")) for name in wanted):
        # Only now: the commands need the packages of the server's extra.
        import_module(f"verifier_server.commands.{module}").add_parser(commands)
    return top


def _asked(words: Sequence[str]) -> str | None:
    """The command among the words of a call; None when another option than ``--instance DIR`` stands before it."""
    rest = iter(words)
    for word in rest:
        if word == "--instance":
            next(rest, None)
        elif not word.startswith("--instance="):
            return None if word.startswith("-") else word
    return None


def _first_line(problem: OperationalError) -> str:
    return str(problem.orig).strip().split("\n", 1)[0]


if __name__ == "__main__":
    sys.exit(main())
