"""What an administrator gives to a rotation, and what it says in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from keys.channel.minutes import People


@dataclass(frozen=True)
class Order:
    """The rhythm, where things are, and what was brought.

    :ivar sign_days: for how many days a key signs from now on; None: as the key folder says.
    :ivar pass_days: how long a pass may be valid.
    :ivar emergency: the forms of which the spare is to sign now, although a key is active.
    :ivar authority: the authority's folder, when it is not in the key folder.
    :ivar apart: the folder on another disk in which missing spares are made; None: they are asked for.
    :ivar receipts: the file of scanners; None: the key folder's own, when it is there.
    :ivar copies: signed copies of the open proposal. ``people``: the witnesses, for the minutes.
    :ivar options: ends the commands that are named, so that they can be copied.
    """

    sign_days: int | None = None
    pass_days: int = 366
    emergency: tuple[str, ...] = ()
    authority: Path | None = None
    apart: Path | None = None
    receipts: Path | None = None
    copies: tuple[Path, ...] = ()
    people: People = field(default_factory=People)
    options: str = ""


@dataclass
class Said:
    """What was done, what waits for whom and until when, and what could not be done."""

    done: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
