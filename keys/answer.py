"""What a command says and how it ends, and the options with which its next commands can be copied."""

from __future__ import annotations

import shlex
from argparse import Namespace
from dataclasses import dataclass

from keys.channel.place import DEFAULT_CHANNEL
from keys.store import DEFAULT_FOLDER


@dataclass(frozen=True)
class Answer:
    """What a command says and how it ends (0 fine, 1 something was refused)."""

    lines: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    code: int = 0


def options_of(arguments: Namespace) -> str:
    """The folders that were named, as options to end another command with: so it can be copied as it is."""
    options = {"--keys": (arguments.keys, DEFAULT_FOLDER), "--channel": (arguments.channel, DEFAULT_CHANNEL)}
    return "".join(f" {name} {shlex.quote(str(value))}" for name, (value, usual) in options.items() if value != usual)
