"""How the commands for the trust channel are called: their parsers and their help.

Leaves out what they do (``commands``).
"""

from __future__ import annotations

import argparse
from pathlib import Path

from keys.channel import commands
from keys.parsers import Subparsers, command, places

HOLDER_HELP = "a holder's public file (or folder); give it once for each holder"


def add(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the commands for the trust channel."""
    _add_holder(subparsers)
    _add_proposing(subparsers)
    _add_ceremony(subparsers)
    _add_daily(subparsers)


def _add_holder(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    holder = subparsers.add_parser("holder", help="a holder's own keys")
    made = holder.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = command(made, "new", commands.holder_new, "make a holder's keys, on the holder's own machine")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to make")
    new.add_argument("--name", required=True, help="the holder's name, for the minutes")
    new.add_argument("--role", action="append", required=True, help="root, targets, keys, unrevocation or rules-NN")


def _add_proposing(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    propose = command(subparsers, "propose", commands.propose, "prepare what has changed, for the holders to sign")
    propose.add_argument("--renew", action="append", default=[], metavar="ROLE", help="sign a role again; or: all")
    propose.add_argument(
        "--with", dest="come", action="append", type=Path, default=[], metavar="PUBLIC.json", help=HOLDER_HELP
    )
    propose.add_argument(
        "--without", dest="go", action="append", default=[], metavar="HOLDER", help="a holder, or one key id, leaves"
    )
    propose.add_argument("--new-online", action="store_true", help="new online keys, after one was or may be stolen")
    propose.add_argument("--rules", action="append", nargs=2, default=[], metavar=("NN", "FILE"), help="a province's")
    propose.add_argument("--unrevocation", type=Path, metavar="FILE", help="the list of un-revoked passes")
    propose.add_argument("--approved", type=Path, metavar="FILE", help="a new base of the list of revoked passes")
    propose.add_argument("--issued", type=Path, metavar="FILE", help="how many passes were issued, by block")
    places(propose)
    places(command(subparsers, "withdraw", commands.withdraw, "take the open proposal back"))


def _add_ceremony(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    sign = command(subparsers, "sign", commands.sign_proposal, "sign a copy of a proposal, as one holder")
    sign.add_argument("--proposal", type=Path, required=True, metavar="FOLDER", help="the copy of the proposal")
    sign.add_argument("--holder", type=Path, metavar="FOLDER", help="the holder's own folder")
    sign.add_argument(
        "--missed", action="store_true", help="others signed changes since you signed last, and you compared them"
    )
    sign.add_argument("--look", action="store_true", help="check and show it, and sign nothing")
    publish = command(subparsers, "publish", commands.publish_proposal, "publish the proposal when enough have signed")
    publish.add_argument("--copy", action="append", type=Path, default=[], metavar="FOLDER", help="a signed copy")
    publish.add_argument("--witness", action="append", default=[], metavar="NAME", help="a witness, for the minutes")
    publish.add_argument("--place", default="", help="where the ceremony was, for the minutes")
    places(publish)


def _add_daily(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    refresh = command(
        subparsers, "refresh", commands.refresh_online, "sign the online roles again; alarm when holders must"
    )
    refresh.add_argument("--base", type=Path, metavar="FILE", help="a base, before holders have approved one")
    refresh.add_argument("--delta", type=Path, metavar="FILE", help="a new delta of the list of revoked passes")
    refresh.add_argument("--foreign", type=Path, metavar="FILE", help="a new list of other issuers' certificates")
    refresh.add_argument("--audit-head", type=Path, metavar="FILE", help="the newest head of a register's audit chain")
    refresh.add_argument(
        "--nothing-revoked", action="store_true", help="the first base of a new country: no pass is revoked yet"
    )
    places(refresh)
    foreign = command(
        subparsers, "foreign", commands.next_foreign, "make the next list of other issuers' revoked certificates"
    )
    foreign.add_argument("--out", type=Path, required=True, metavar="FILE", help="the file to write")
    for name, what in (("--add", "certificates to revoke, one a line"), ("--remove", "certificates to leave out")):
        foreign.add_argument(name, action="append", type=Path, default=[], metavar="TEXTFILE", help=what)
    places(foreign)
    export = command(subparsers, "export-bundle", commands.export_bundle, "write what is published, to carry by hand")
    export.add_argument(
        "--out", type=Path, required=True, metavar="PATH", help="a folder, or a file named .zip or .loop"
    )
    places(export)
