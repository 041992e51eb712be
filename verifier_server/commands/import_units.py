"""`checkpoint-server import-units`: reads districts and wards of one list from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.commands import say
from verifier_server.config import load_config
from verifier_server.storage import Storage
from verifier_server.units.importing import import_units
from verifier_server.units.provinces import LISTS

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "import-units",
        help="read districts and wards from a CSV file",
        description="Reads the districts and wards of one list (code, name, parent); provinces are built in. "
        "The file replaces what was read before for the same list.",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--list", type=int, choices=LISTS, default=LISTS[-1], help="the list's year (%(default)s)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Read it; doing it again changes nothing."""
    storage = Storage(load_config(options.instance).database_url)
    try:
        with storage.writing() as session:
            found = import_units(session, options.file, options.list)
    finally:
        storage.close()
    say(f"list of {options.list}: {found['district']} districts, {found['ward']} wards")
    return 0
