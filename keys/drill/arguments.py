"""How ``checkpoint-keys drill`` is called. Leaves out what it does (``command``)."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from keys.answer import Answer
from keys.drill.plan import Plan
from keys.parsers import Subparsers, command

SABOTAGES = ("activate-early", "skip-revocation", "trust-clock", "accept-old-timestamp")
_MOST_PROCESSES = 16

_DETAILS = """Plays a year of rotations, ceremonies, a stolen key, a lost holder, wrong clocks and posts without a
network on the real code, in a temporary folder; only time, the network and people are simulated. Exit code 1 when a
promise was broken: an honest person refused, or a forged or revoked pass accepted after the scanner had the news."""


def add(subparsers: Subparsers[argparse.ArgumentParser]) -> None:
    """Add the command."""
    summary = "play a year on the real code, and count who was wronged"
    parser, usual = command(subparsers, "drill", _drill, summary, details=_DETAILS), Plan()
    parser.add_argument("--scanners", type=int, default=usual.scanners, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--days", type=int, default=usual.days, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--seed", type=int, default=usual.seed, metavar="N", help="the same seed, the same figures")
    parser.add_argument("--sabotage", choices=SABOTAGES, help="break one rule on purpose, to see what it is there for")
    parser.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the year")
    parser.add_argument("--json", action="store_true", help="the figures as one JSON object, the last line")
    parser.add_argument(
        "--processes", type=int, default=min(os.cpu_count() or 1, _MOST_PROCESSES), metavar="N", help="side by side"
    )


def _drill(arguments: argparse.Namespace, now: int) -> Answer:
    # Only who drills loads it: it brings the signing half, which no other command here needs.
    from keys.drill.command import drill  # noqa: PLC0415

    return drill(arguments, now)
