"""`checkpoint-server site`: enters a vaccination site, or says in which province it is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from verifier_server.commands import say
from verifier_server.config import load_config
from verifier_server.sites.rules import set_province, site_named
from verifier_server.storage import Storage
from verifier_server.units.provinces import province_name

if TYPE_CHECKING:
    import argparse


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "site",
        help="enter a vaccination site and its province",
        description="Enters a vaccination site unless it is there, and notes its province.",
    )
    parser.add_argument("--name", required=True)
    parser.add_argument("--province", required=True, metavar="CODE", help="two digits, as 01 for Hà Nội")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Note it; doing it again changes nothing."""
    storage = Storage(load_config(options.instance).database_url)
    try:
        with storage.writing() as session:
            now = int(time.time())
            site = site_named(session, options.name, now=now)
            set_province(session, site, options.province, now=now)
    finally:
        storage.close()
    say(f"{site.name}: province {site.province}, {province_name(site.province)}")
    return 0
