"""The register of passes, as far as the keys' commands may ask it: what revoking a key would cost.

Keys stand below the server and never import it. Where the server is installed, it offers one
function as an entry point; where it is not, one sentence says so. Leaves out the counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.metadata import EntryPoint, distributions
from pathlib import Path
from typing import Any

from keys.errors import KeysError

GROUP, NAME = "checkpoint_qr.register", "cost_of_key"

# instance folder, key id in hexadecimal, Unix seconds -> the members of ``Cost``
Asked = Callable[[Path, str, int], Mapping[str, Any]]


@dataclass(frozen=True)
class Cost:
    """What scanners would refuse.

    :ivar passes: of ``people``; each is ``current``, or ``superseded`` by a newer one, or ``expired``.
    :ivar unchanged: passes of the key that are revoked already, and not counted.
    :ivar issued: all passes of the register, for comparison.
    :ivar by_form, by_province, by_site: name -> {"passes", "people"}, the most first.
    :ivar reported: of the passes, how many people have reported as wrong; None when no reports are kept.
    """

    passes: int
    people: int
    current: int
    superseded: int
    expired: int
    unchanged: int
    issued: int
    by_form: Mapping[str, Mapping[str, int]]
    by_province: Mapping[str, Mapping[str, int]]
    by_site: Mapping[str, Mapping[str, int]]
    reported: int | None = None


def cost_of_key(instance: Path, kid: str, now: int) -> Cost:
    """What revoking a key would cost, by the register in the server's ``instance`` folder.

    :raises KeysError: ``no_register`` when no server is installed here; the server's own errors, among
        them that it has no database there, are raised as they are.
    """
    document = _function(_offered())(instance, kid, now)
    return Cost(**{field.name: document[field.name] for field in fields(Cost)})


def _offered() -> Iterator[EntryPoint]:
    # Not `entry_points()`: that looks at one distribution of each name only, and an old build's leavings beside
    # the source (*.egg-info) would hide the installed one.
    for distribution in distributions():
        yield from (it for it in distribution.entry_points if (it.group, it.name) == (GROUP, NAME))


def _function(found: Iterable[EntryPoint]) -> Asked:
    offered = next(iter(found), None)
    if offered is None:
        raise KeysError(
            "no server is installed here, and only its register knows which passes a key has signed; run this on the "
            "server's machine.",
            code="no_register",
        )
    try:
        function: Asked = offered.load()
    except ImportError as error:
        raise KeysError(
            f"the server's part cannot be loaded ({error}); run this on the server's machine, or: "
            'pip install "checkpoint-qr[server]".',
            code="no_register",
        ) from error
    return function
