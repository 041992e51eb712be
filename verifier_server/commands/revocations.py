"""`checkpoint-server revocations`: the lists of revoked passes that the trust channel needs next, from the register.

It writes files and says which command of `checkpoint-keys` comes next; it signs and publishes nothing.
Run it as often as one likes: when the channel says already what the register says, nothing is written, but that
once a day the same list is dated anew: that is how scanners and the publisher know that somebody compared.
"""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from verifier_server.commands import answer, say
from verifier_server.config import load_config
from verifier_server.revocation import list_files
from verifier_server.revocation.listing import good_and_unexplained, handed_out, revoked_serials
from verifier_server.revocation.next_lists import RegisterSays, compared, next_lists
from verifier_server.storage import Storage

if TYPE_CHECKING:
    import argparse

    from sqlalchemy.orm import Session

    from keys.channel.release import Release
    from vaccine_pass.revocation.lists import Lists
    from verifier_server.revocation.next_lists import NextLists

_OPTIONS = {list_files.APPROVED: "approved", list_files.ISSUED: "issued", list_files.UNREVOKED: "unrevocation"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "revocations",
        help="write the lists of revoked passes for the trust channel",
        description="Compares the register with what the trust channel has published, writes the lists that have "
        "to follow, and says which command publishes them.",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder for the lists")
    parser.add_argument(
        "--channel",
        type=Path,
        metavar="DIR",
        help="the channel's folder, or a copy of what is published (default: channel in the instance folder)",
    )
    parser.add_argument(
        "--approve", action="store_true", help="the holders meet: a new base and new counts, if they say anything new"
    )
    parser.add_argument("--json", action="store_true", help="the answer as one JSON object")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Compare, write, and say what comes next."""
    config = load_config(options.instance)
    release = list_files.published_in(options.channel or options.instance / "channel")
    storage, now = Storage(config.database_url), int(time.time())
    try:
        with storage.reading() as session:
            published = list_files.lists_of(release)
            following, revoked = _compared(session, release, published, now, approve=options.approve)
    finally:
        storage.close()
    files = list_files.files_of(published, following, now)
    list_files.write(options.out, files)
    commands = _commands(options.out, files)
    if options.json:
        answer(json.dumps({"revoked": revoked, "files": sorted(files), "why": following.why, "commands": commands}))
    else:
        _tell(following, revoked, commands)
    return 0


def _compared(
    session: Session, release: Release, published: Lists, now: int, *, approve: bool
) -> tuple[NextLists, int]:
    revoked = revoked_serials(session, list_files.trusted_keys(release), now)
    says = RegisterSays(revoked, handed_out(session), lambda some: good_and_unexplained(session, some, now))
    found = next_lists(published, says, now, approve=approve)
    return compared(published, found, now), len(revoked)


def _commands(out: Path, files: dict[str, bytes]) -> list[str]:
    """The commands that publish the files, the one that needs no holder first."""
    commands = []
    if list_files.DELTA in files and list_files.ISSUED not in files:
        commands.append(f"checkpoint-keys refresh --delta {_quoted(out / list_files.DELTA)}")
    asked = [f"--{option} {_quoted(out / name)}" for name, option in _OPTIONS.items() if name in files]
    if asked:
        commands.append(f"checkpoint-keys propose {' '.join(asked)}")
    if list_files.DELTA in files and list_files.ISSUED in files:
        commands.append(f"checkpoint-keys refresh --delta {_quoted(out / list_files.DELTA)}")
    return commands


def _tell(following: NextLists, revoked: int, commands: list[str]) -> None:
    passes = "1 revoked pass" if revoked == 1 else f"{revoked} revoked passes"
    answer(f"The register has {passes} that scanners must refuse.")
    if following.is_nothing:
        answer("The trust channel says so already: there is nothing to publish.")
        return
    if following.why:
        say(following.why)
    if following.is_dated_again:
        answer("The trust channel says so already; the list is dated anew, so that scanners know it is of today.")
    elif following.added is not None:
        answer(f"The online key adds {_passes(len(following.added))} to what the holders have approved.")
    if following.approved is not None:
        answer(f"The holders approve a list of {_passes(len(following.approved))}.")
    if following.unrevoked is not None:
        answer(f"The holders' list of what is good again has {_passes(len(following.unrevoked.serials))}.")
    for command in commands:
        signed = " (then the holders sign, and it is published)" if " propose " in command else ""
        answer(f"Next: {command}{signed}")


def _passes(count: int) -> str:
    return "1 pass" if count == 1 else f"{count} passes"


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
