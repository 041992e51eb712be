"""`checkpoint-server print-cards`: the cards of a site, a day, a unit or a list of people, ten on a sheet."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from vaccine_pass.names import folded
from verifier_server.commands import say
from verifier_server.config import load_config
from verifier_server.errors import ServerError
from verifier_server.printing.choosing import Choice, chosen
from verifier_server.printing.sheets import pieces
from verifier_server.sites.tables import Site
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse

    from sqlalchemy.orm import Session


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "print-cards",
        help="write many cards as PDF files, ten on a sheet",
        description="Writes cards-0001.pdf and so on, 50 cards each: fronts on one page, their backs on the next. "
        "Print at 100 %% on both sides, turned on the long edge. Every code is read again before a file is written.",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="a folder; it is made when it is missing"
    )
    parser.add_argument("--site", metavar="NAME", help="passes issued at this site")
    parser.add_argument("--day", type=date.fromisoformat, metavar="YYYY-MM-DD", help="passes issued on this day")
    parser.add_argument("--unit", metavar="CODE", help="people of this ward, district or province")
    parser.add_argument("--people", type=int, nargs="+", metavar="N", help="these people of the register")
    parser.add_argument("--language", choices=("vi", "en"), default="vi")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the files and say how many cards there are; 1 when there is none."""
    config = load_config(options.instance)
    storage = Storage(config.database_url)
    cards = 0
    try:
        with storage.reading() as session:
            choice = Choice(_site(session, options.site), options.day, options.unit, _people(options.people))
            if choice == Choice():
                raise ServerError("Say whose cards: --site, --day, --unit or --people.", code="nothing_chosen")
            options.out.mkdir(mode=0o700, parents=True, exist_ok=True)
            passes = chosen(session, choice, int(time.time()))
            papers = pieces(passes, language=options.language, ends_old=config.settings.new_pass_ends_old)
            for number, (count, made) in enumerate(papers, start=1):
                (options.out / f"cards-{number:04}.pdf").write_bytes(made)
                cards += count
                say(f"{cards} cards")
    finally:
        storage.close()
    say(f"{cards} cards in {options.out}" if cards else "no pass in use was chosen")
    return 0 if cards else 1


def _people(numbers: list[int] | None) -> tuple[int, ...] | None:
    return None if numbers is None else tuple(numbers)


def _site(session: Session, name: str | None) -> int | None:
    if name is None:
        return None
    found = session.scalar(select(Site.id).where(Site.name_folded == folded(" ".join(name.split()))))
    if found is None:
        raise ServerError(f"There is no site named {name!r:.140}.", code="unknown_site")
    return found
