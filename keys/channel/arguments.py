"""How ``checkpoint-keys channel …`` is called: its parsers and its help. Leaves out what it does (``commands``)."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from keys.channel import commands
from keys.channel.place import DEFAULT_CHANNEL
from keys.commands import Answer
from keys.store import DEFAULT_FOLDER

Subparsers = argparse._SubParsersAction  # noqa: SLF001 - argparse gives it no public name
Command = Callable[[argparse.Namespace, int], Answer]

_ABOUT = """The trust channel: which signers, vaccines, rules and revocations scanners believe.

Changes are proposed here, signed by holders on machines of their own, and published when enough have signed."""


def add(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the command ``channel`` with its own commands."""
    parser = subparsers.add_parser(
        "channel",
        help="the trust channel: propose, sign, publish, status",
        description=_ABOUT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    inner = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_first_day(inner)
    _add_ceremony(inner)
    _add_daily(inner)


def _add_first_day(inner: Subparsers[argparse.ArgumentParser]) -> None:
    init = _command(inner, "init", commands.init, "make the channel and its first proposal")
    init.add_argument("--demo", action="store_true", help="one holder for everything, published at once; says so")
    init.add_argument("--holder", action="append", type=Path, default=[], metavar="PUBLIC.json", help=_HOLDER_HELP)
    init.add_argument("--province", action="append", metavar="NN", help="with --demo: a province with rules of its own")
    _places(init)
    holder = inner.add_parser("holder", help="a holder's own keys")
    made = holder.add_subparsers(title="commands", metavar="COMMAND", required=True)
    new = _command(made, "new", commands.holder_new, "make a holder's keys, on the holder's own machine")
    new.add_argument("folder", type=Path, metavar="FOLDER", help="the folder to make")
    new.add_argument("--name", required=True, help="the holder's name, for the minutes")
    new.add_argument("--role", action="append", required=True, help="root, targets, keys, unrevocation or rules-NN")


def _add_ceremony(inner: Subparsers[argparse.ArgumentParser]) -> None:
    propose = _command(inner, "propose", commands.propose, "prepare what has changed, for the holders to sign")
    propose.add_argument("--renew", action="append", default=[], metavar="ROLE", help="sign a role again; or: all")
    propose.add_argument(
        "--with", dest="come", action="append", type=Path, default=[], metavar="PUBLIC.json", help=_HOLDER_HELP
    )
    propose.add_argument(
        "--without", dest="go", action="append", default=[], metavar="HOLDER", help="a holder, or one key id, leaves"
    )
    propose.add_argument("--new-online", action="store_true", help="new online keys, after one was or may be stolen")
    propose.add_argument("--rules", action="append", nargs=2, default=[], metavar=("NN", "FILE"), help="a province's")
    propose.add_argument("--unrevocation", type=Path, metavar="FILE", help="the list of un-revoked passes")
    _places(propose)
    sign = _command(inner, "sign", commands.sign_proposal, "sign a copy of a proposal, as one holder")
    sign.add_argument("--proposal", type=Path, required=True, metavar="FOLDER", help="the copy of the proposal")
    sign.add_argument("--holder", type=Path, metavar="FOLDER", help="the holder's own folder")
    sign.add_argument("--look", action="store_true", help="check and show it, and sign nothing")
    publish = _command(inner, "publish", commands.publish_proposal, "publish the proposal when enough have signed")
    publish.add_argument("--copy", action="append", type=Path, default=[], metavar="FOLDER", help="a signed copy")
    publish.add_argument("--witness", action="append", default=[], metavar="NAME", help="a witness, for the minutes")
    publish.add_argument("--place", default="", help="where the ceremony was, for the minutes")
    _places(publish)
    _channel(_command(inner, "withdraw", commands.withdraw, "take the open proposal back"))


def _add_daily(inner: Subparsers[argparse.ArgumentParser]) -> None:
    status = _command(inner, "status", commands.show_status, "what is signed by whom, what ends when, what to do next")
    status.add_argument("--json", action="store_true", help="the same as one JSON object")
    _places(status)
    refresh = _command(
        inner, "refresh", commands.refresh_online, "sign the online roles again; alarm when holders must"
    )
    refresh.add_argument("--base", type=Path, metavar="FILE", help="a new base of the list of revoked passes")
    refresh.add_argument("--delta", type=Path, metavar="FILE", help="a new delta of the list of revoked passes")
    refresh.add_argument(
        "--nothing-revoked", action="store_true", help="the first base of a new country: no pass is revoked yet"
    )
    _places(refresh)
    export = _command(inner, "export-bundle", commands.export_bundle, "write what is published, to carry by hand")
    export.add_argument("--out", type=Path, required=True, metavar="PATH", help="a folder, or a file named .zip")
    _channel(export)


_HOLDER_HELP = "a holder's public file (or folder); give it once for each holder"


def _command(
    subparsers: Subparsers[argparse.ArgumentParser], name: str, command: Command, summary: str
) -> argparse.ArgumentParser:
    parser = subparsers.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
    parser.set_defaults(command=command)
    return parser


def _places(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keys",
        type=Path,
        default=DEFAULT_FOLDER,
        metavar="DIR",
        help="the signers' key folder (default: %(default)s)",
    )
    _channel(parser)


def _channel(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--channel",
        type=Path,
        default=DEFAULT_CHANNEL,
        metavar="DIR",
        help="the channel's folder (default: %(default)s)",
    )
