"""`--by EMAIL` of the commands that decide: the password is asked for on the terminal, or read from a private file.

So is the code of the second factor, where the account has one: it may follow on the file's second line. Two
decisions need two people, so neither is taken at its word. Left out: the check itself
(:mod:`verifier_server.staff.proving`).
"""

from __future__ import annotations

import getpass
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from keys.files import read_private
from verifier_server.errors import FieldError
from verifier_server.staff.proving import prove

if TYPE_CHECKING:
    import argparse

    from verifier_server.config import ServerConfig
    from verifier_server.storage import Storage


def add_by(parser: argparse.ArgumentParser, meaning: str) -> None:
    """Describe `--by` and `--password-file`; ``meaning`` says whose account it is."""
    parser.add_argument("--by", metavar="EMAIL", help=f"{meaning}; asks for this account's password")
    parser.add_argument(
        "--password-file",
        type=Path,
        metavar="FILE",
        help="a file of mode 0600 with that password, and the second factor's code on a second line, where there is no "
        "terminal to ask on",
    )


def prove_who(config: ServerConfig, storage: Storage, options: argparse.Namespace) -> None:
    """Refuse whoever cannot prove to be `--by`.

    :raises FieldError: no password or code, or a wrong one.
    :raises KeysError: the file cannot be read, or others can read it.
    """
    prove(config, storage, options.by, _password(options), int(time.time()), lambda: _code(options))


def _password(options: argparse.Namespace) -> str:
    if options.password_file is not None:
        return _line(options, 0)
    if not sys.stdin.isatty():
        raise FieldError(
            "by",
            f"There is no terminal to ask {options.by} for the password: give --password-file FILE (mode 0600).",
            code="no_password",
        )
    return getpass.getpass(f"Password of {options.by}: ")


def _code(options: argparse.Namespace) -> str:
    """A code of the authenticator, or a recovery code: the file's second line, or asked for."""
    if options.password_file is not None and (code := _line(options, 1)):
        return code
    if not sys.stdin.isatty():
        raise FieldError(
            "by",
            f"{options.by} has a second factor, and there is no terminal to ask for its code: put it on the second "
            "line of the password file.",
            code="no_code",
        )
    return getpass.getpass(f"Code of the authenticator of {options.by}: ")


def _line(options: argparse.Namespace, number: int) -> str:
    lines = read_private(options.password_file).decode(errors="replace").splitlines()
    return lines[number].strip() if number < len(lines) else ""
