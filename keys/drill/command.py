"""The command ``drill``: progress on standard error, the figures at the end, and what it says when it is stopped."""

from __future__ import annotations

import json
import signal
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from keys.answer import Answer
from keys.drill import picture
from keys.drill.plan import Plan
from keys.drill.run import Played, play
from keys.errors import KeysError
from keys.files import write_whole

_MOST_PROCESSES = 64


def drill(arguments: Namespace, _now: int) -> Answer:
    """Play the drill; exit code 1 when a promise was broken."""
    plan = Plan(arguments.scanners, arguments.days, arguments.seed)
    if not 1 <= arguments.processes <= _MOST_PROCESSES:
        raise KeysError(f"a drill has 1 to {_MOST_PROCESSES} processes.", code="bad_drill")
    if arguments.picture and not arguments.picture.parent.is_dir():
        raise KeysError(f"the folder {arguments.picture.parent} does not exist; make it first.", code="not_found")
    with _stoppable():
        played = play(plan, sabotage=arguments.sabotage, processes=arguments.processes, tell=_tell)
    if arguments.picture:
        write_whole(arguments.picture, picture.drawn(played).encode(), mode=0o644)
    lines = (json.dumps(played.document()),) if arguments.json else tuple(in_words(played))
    problems = tuple(f"broken: {name} is {played.tally.figures()[name]}, and not 0." for name in played.broken)
    return Answer(lines, problems, 1 if problems else 0)


def in_words(played: Played) -> Iterator[str]:
    """The figures for people: a line each, and below them the verdicts by what was shown."""
    document = played.document()
    verdicts = document.pop("verdicts")
    for name, value in document.items():
        if value not in ({}, [], None):
            yield f"{name.replace('_', ' '):<34} {_value(value)}"
    yield ""
    yield f"{'what was shown':<26}{'accepted':>10}{'refused':>10}{'cannot tell':>13}"
    for kind, said in verdicts.items() if isinstance(verdicts, dict) else ():
        accepted, refused, unknown = said.values()
        yield f"{kind.replace('_', ' '):<26}{accepted:>10}{refused:>10}{unknown:>13}"


def _value(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {_value(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_value, value))
    return str(value)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@contextmanager
def _stoppable() -> Iterator[None]:
    """Ctrl-C and a kindly kill end the drill alike: its processes end, its files go, and one sentence says so."""
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        sentence = "the drill was stopped; its files are removed, and it changed nothing else."
        raise KeysError(sentence, code="stopped") from None
    finally:
        signal.signal(signal.SIGTERM, former)
