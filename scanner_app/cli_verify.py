"""`checkpoint-scanner verify`: texts and pictures in, one answer out for each, in order.

It streams: nothing is remembered between two texts, and an answer is out before the next line
is waited for. Left out: the parser (`cli`) and the judgement (`vaccine_pass.verify`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from scanner_app.cli_decode import ready_decoder
from scanner_app.decoding import Decoder, PictureError, read_picture
from scanner_app.errors import WrongCall
from scanner_app.lines import ByteSource, lines
from scanner_app.report import as_json, as_words
from vaccine_pass.verdict import Outcome, Reason, Verdict

PICTURES = (".png", ".jpg", ".jpeg")
KEPT_BYTES = 1 << 16
"""Of a longer line so much is kept: far over the longest pass, so that it is judged too large."""

Judge = Callable[[str, float], Verdict]
Answer = tuple[str, Verdict]


def verify(
    files: list[Path], judge: Judge, at: float | None, *, as_objects: bool, clock: Callable[[], float] = time.time
) -> int:
    """Answer standard input, or every file; 0 when all are accepted, else 1.

    Args:
        at: Unix seconds to judge at; None: the clock.
        clock: the trusted time, Unix seconds.
        as_objects: JSON in place of words.

    Raises `WrongCall` before the first answer when a file cannot be used at all.
    """
    for path in files:
        _check(path)
    write = as_json if as_objects else as_words
    all_accepted = True
    for source, verdict in _answers(files, judge, clock if at is None else lambda: at):
        sys.stdout.write(write(source, verdict) + "\n")
        all_accepted &= verdict.outcome is Outcome.ACCEPTED
    sys.stdout.flush()
    return 0 if all_accepted else 1


def moment_of(text: str) -> float:
    """Unix seconds of an ISO 8601 time, UTC when it names no zone; `WrongCall` when it is none."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError) as error:
        raise WrongCall(f"--at {text!r} is not an ISO 8601 time such as 2021-07-30T08:00:00Z") from error


def _answers(files: list[Path], judge: Judge, now: Callable[[], float]) -> Iterator[Answer]:
    def judged(texts: Iterable[tuple[str, str]]) -> Iterator[Answer]:
        for source, text in texts:
            yield source, judge(text, now())

    if not files:
        yield from judged(_numbered("stdin", sys.stdin.buffer))
        return
    decoder = ready_decoder() if any(_is_picture(path) for path in files) else None
    for path in files:
        if decoder is not None and _is_picture(path):
            texts = _texts_of(path, decoder)
            if isinstance(texts, Reason):
                yield str(path), Verdict(texts.outcome, texts)
            else:
                yield from judged((str(path), text) for text in texts)
        else:
            with _opened(path) as stream:
                yield from judged(_numbered(str(path), stream))


def _numbered(name: str, stream: ByteSource) -> Iterator[tuple[str, str]]:
    for number, text in enumerate(lines(stream, KEPT_BYTES, sys.stdout.flush), start=1):
        yield f"{name}:{number}", text


def _texts_of(path: Path, decoder: Decoder) -> list[str] | Reason:
    """The texts of a picture; the reason where there is none."""
    try:
        return read_picture(path, decoder) or Reason.NO_CODE
    except PictureError:
        return Reason.UNREADABLE_PICTURE


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in PICTURES


def _check(path: Path) -> None:
    """A wrong call is told before anything is answered."""
    if not _is_picture(path) and path.suffix.lower() != ".txt":
        raise WrongCall(f"{path} is neither a picture (.png, .jpg) nor a text file (.txt)")
    with _opened(path):
        pass


def _opened(path: Path):  # noqa: ANN202  a buffered binary file
    try:
        return path.open("rb")
    except OSError as error:
        raise WrongCall(f"{path} cannot be read: {error.strerror}") from error
