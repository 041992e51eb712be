"""The commands of `checkpoint-server`: each module has `add_parser` and the function that does the work."""

from __future__ import annotations

import sys


def say(sentence: str) -> None:
    """Tell the person at the command line; standard output is for results only."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def answer(line: str) -> None:
    """Write one line of a result to standard output."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
