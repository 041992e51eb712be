"""How many spoilt frames each decoding engine reads, in what time, and with how many wrong texts.

All engines see the same seeded frames (`bench.frames`), one after the other, on one core: zxing-cpp,
zxing-cpp with a second try on the frame enlarged twice, pyzbar, pyzbar and then zxing-cpp, OpenCV's
own detector, and the scanner's decoder. A frame is read when its text is among the answers; every
other text is a wrong one. With --folder the frames are pictures of one's own: NAME.png or NAME.jpg
beside NAME.txt with the expected texts, one a line.

    python -m bench.decode [--frames 420] [--seed 1] [--folder DIR] [--json]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from bench.frames import frames, random_texts
from scanner_app.decoding import Decoder
from scanner_app.decoding.engines import ZbarEngine, ZxingEngine
from scanner_app.decoding.looks import enlarged, plain
from scanner_app.decoding.pictures import load_grey
from vaccine_pass.errors import CheckpointError

Reader = Callable[[np.ndarray], list[str]]
PICTURES = (".png", ".jpg", ".jpeg")
OURS = "ours"


class Sample(NamedTuple):
    """A grey frame, the texts that are in it, and the group it is counted in."""

    grey: np.ndarray
    texts: frozenset[str]
    group: str


@dataclass
class Score:
    """What one engine did: frames read, frames with a wrong text, CPU seconds, read by group."""

    read: int = 0
    wrong: int = 0
    seconds: float = 0.0
    groups: dict[str, list[bool]] = field(default_factory=lambda: defaultdict(list))

    def count(self, sample: Sample, answer: Iterable[str], seconds: float) -> None:
        """Add one frame and its `answer`."""
        found = frozenset(answer)
        complete = sample.texts <= found
        self.read += complete
        self.wrong += bool(found - sample.texts)
        self.seconds += seconds
        self.groups[sample.group].append(complete)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures; with ``--json`` one object comes last."""
    options = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    samples = folder(options.folder) if options.folder else spoilt(options.frames, options.seed)
    try:
        scores = compare(samples, readers())
    except (CheckpointError, OSError) as error:
        print(f"bench.decode: {error}", file=sys.stderr)
        return 1
    total = sum(len(group) for group in scores[OURS].groups.values())
    if not total:
        print("bench.decode: no pictures with a .txt beside them were found", file=sys.stderr)
        return 1
    for line in table(scores, total):
        print(line, file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(figures(scores, total)))
    return 0


def readers() -> dict[str, Reader]:
    """Return each engine by its name, as a function from a grey frame to texts."""
    zxing, zbar = ZxingEngine(), ZbarEngine()
    return {
        "zxing-cpp": Decoder([zxing], [plain]).read,
        "zxing-cpp, second try": Decoder([zxing], [plain, enlarged]).read,
        "pyzbar": Decoder([zbar], [plain]).read,
        "pyzbar, then zxing-cpp": Decoder([zbar, zxing], [plain]).read,
        "opencv": _opencv(),
        OURS: Decoder().read,
    }


def compare(samples: Iterable[Sample], engines: dict[str, Reader]) -> dict[str, Score]:
    """Let every engine read every sample."""
    scores = {name: Score() for name in engines}
    for number, sample in enumerate(samples, start=1):
        for name, read in engines.items():
            begun = time.process_time()
            answer = read(sample.grey)
            scores[name].count(sample, answer, time.process_time() - begun)
        if number % 100 == 0:
            print(f"{number} frames …", file=sys.stderr)
    return scores


def spoilt(count: int, seed: int) -> Iterator[Sample]:
    """Return the seeded frames, grouped by what is wrong with them."""
    for frame in frames(random_texts(200, seed), count, seed):
        yield Sample(frame.grey, frozenset([frame.text]), f"{frame.kind}, {frame.step}")


def folder(path: Path) -> Iterator[Sample]:
    """Return the pictures in `path` that have their expected texts beside them."""
    for picture in sorted(path.iterdir()):
        expected = picture.with_suffix(".txt")
        if picture.suffix.lower() in PICTURES and expected.is_file():
            texts = frozenset(expected.read_text(encoding="utf-8").splitlines()) - {""}
            yield Sample(load_grey(picture), texts, "pictures")


def figures(scores: dict[str, Score], total: int) -> dict[str, object]:
    """Return one object: a rate, the milliseconds a frame and the wrong texts for each engine."""
    return {
        "frames": total,
        "rates": {name: round(score.read / total, 4) for name, score in scores.items()},
        "milliseconds": {name: round(score.seconds / total * 1000, 2) for name, score in scores.items()},
        "wrong": {name: score.wrong for name, score in scores.items()},
        "groups": {
            group: {name: _rate(score.groups[group]) for name, score in scores.items()} for group in scores[OURS].groups
        },
    }


def table(scores: dict[str, Score], total: int) -> Iterator[str]:
    """Return the figures as lines for people."""
    yield f"{'':26}{'read':>8}{'ms':>8}{'wrong':>8}   of {total} frames"
    for name, score in scores.items():
        milliseconds = score.seconds / total * 1000
        yield f"{name:26}{score.read / total:8.1%}{milliseconds:8.1f}{score.wrong:8}"
    yield ""
    yield f"{'':26}" + "".join(f"{name:>26}" for name in scores)
    for group in sorted(scores[OURS].groups):
        yield f"{group:26}" + "".join(f"{_rate(score.groups[group]):26.0%}" for score in scores.values())


def _rate(read: Sequence[bool]) -> float:
    return round(sum(read) / len(read), 4)


def _opencv() -> Reader:
    detector = cv2.QRCodeDetector()

    def read(grey: np.ndarray) -> list[str]:
        try:
            text, _, _ = detector.detectAndDecode(grey)
        except cv2.error:  # it fails on some outlines that it found itself
            return []
        return [text] if text else []

    return read


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.decode", description=__doc__.partition("\n")[0])
    parser.add_argument("--frames", type=int, default=420, help="how many frames to make")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same frames")
    parser.add_argument("--folder", type=Path, help="pictures with their texts, in place of made frames")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
