"""What the parsers of all commands share: how a command is added, and the folders it works on."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from keys.answer import Answer
from keys.channel.place import DEFAULT_CHANNEL
from keys.store import DEFAULT_FOLDER

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse gives it no public name
Command = Callable[[argparse.Namespace, int], Answer]


def command(
    subparsers: Subparsers[argparse.ArgumentParser], name: str, does: Command, summary: str, *, details: str = ""
) -> argparse.ArgumentParser:
    """Add a command: its name, the function that does it, and what it is for."""
    described = f"{summary[0].upper()}{summary[1:]}. {details}".strip()
    parser = subparsers.add_parser(name, help=summary, description=described)
    parser.set_defaults(command=does)
    return parser


def keys_folder(parser: argparse.ArgumentParser) -> None:
    """Add ``--keys``."""
    parser.add_argument(
        "--keys", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help="the key folder (default: %(default)s)"
    )


def places(parser: argparse.ArgumentParser) -> None:
    """Add ``--keys`` and ``--channel``."""
    keys_folder(parser)
    parser.add_argument(
        "--channel",
        type=Path,
        default=DEFAULT_CHANNEL,
        metavar="DIR",
        help="the trust channel's folder (default: %(default)s)",
    )


def authority_folder(parser: argparse.ArgumentParser) -> None:
    """Add ``--authority``."""
    parser.add_argument(
        "--authority", type=Path, metavar="DIR", help="the authority's folder, when it is not in the key folder"
    )
