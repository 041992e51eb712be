"""What keeping scanners' trust up to date costs, part by part.

    python -m bench.trust [--part revocation] [--part updates] [--part loop] [--part hsm] [--seed 1] [--json]

With ``--json`` one object comes last, with a member for each figure of the parts that ran:
`revocation`, a list with an object for each size (see `bench.revocation`); `update_bytes` and
`no_change_bytes`, what a scanner's update receives (see `bench.updates`); `qr_loop_seconds`, an
update as a loop of codes (see `bench.loop`); `hsm_ratio`, the speed of signing through SoftHSM2 as
a share of signing in-process (see `bench.hsm`).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from bench import revocation, updates

Part = Callable[[argparse.Namespace], dict[str, Any]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts and print their figures; with ``--json`` one object comes last."""
    options = _parser().parse_args(arguments)
    figures: dict[str, Any] = {}
    for name in options.part or PARTS:
        figures |= PARTS[name](options)
    for name, value in figures.items():
        print(_shown(name, value), file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(figures))
    return 0


def revocation_part(options: argparse.Namespace) -> dict[str, Any]:
    """Return `revocation`: the figures of each number of revoked passes."""
    return {"revocation": revocation.measure(options.seed, options.revoked or revocation.SIZES, options.issued)}


def hsm_part(_options: argparse.Namespace) -> dict[str, Any]:
    """Return `hsm_ratio` and the figures beside it: signing through SoftHSM2 against in-process (`bench.hsm`)."""
    from bench import hsm  # noqa: PLC0415  its library is an extra

    return hsm.measure()


def updates_part(_options: argparse.Namespace) -> dict[str, Any]:
    """Return `update_bytes`, `no_change_bytes` and what each kind of update takes (`bench.updates`)."""
    return updates.measure()


def loop_part(options: argparse.Namespace) -> dict[str, Any]:
    """Return `qr_loop_seconds` and the figures beside it: an update as a loop of codes (`bench.loop`)."""
    from bench import loop  # noqa: PLC0415  it draws, films and decodes: the scanner's libraries

    return loop.measure(options.seed)


PARTS: dict[str, Part] = {
    "revocation": revocation_part,
    "updates": updates_part,
    "loop": loop_part,
    "hsm": hsm_part,
}
"""Each part by its name; it returns the members it adds to the object."""


def _shown(name: str, value: Any) -> str:
    """Return a figure as lines for people: a table when it is a list of objects."""
    if not isinstance(value, list):
        return f"{name:22} {value}"
    rows = [f"{label:22}" + "".join(f"{row[label]:>14}" for row in value) for label in value[0]]
    return "\n".join([name, *rows])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.trust", description=__doc__.partition("\n")[0])
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    parser.add_argument("--revoked", action="append", type=int, help="other numbers of revoked passes")
    parser.add_argument("--issued", type=int, default=revocation.ISSUED, help="passes issued (100 million)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    return parser


if __name__ == "__main__":
    sys.exit(main())
