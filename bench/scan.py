"""First decodable frame → verdict painted, in the real window under an Xvfb of its own.

A folder of pictures is the camera: an empty room, a person's pass, an empty room, ... Every pass is
another text. The time runs from the capture of the first frame that shows the pass, also when the
scanner read only a later one, to the swap of the buffer that holds the verdict.
`python -m bench.scan [--people N] [--size WxH] [--json]`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from bench.people import Person, card, frame_with, write_frame, write_trust
from bench.signers import ThrowawaySigner
from bench.stage import Display, Scanner
from scanner_app.camera.folder import RATE
from scanner_app.options import size_of

SHOWN = 0.5
"""Seconds that a picture is shown."""
FRAMES_EACH = round(SHOWN * RATE)


def main() -> None:
    """Measure and print."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        times = measure(Path(folder), options.people, size_of(options.size))
    result = {
        "people": options.people,
        "size": options.size,
        "read": len(times),
        "p50_ms": round(statistics.median(times), 1),
        "p95_ms": round(float(np.percentile(times, 95)), 1),
        "worst_ms": round(max(times), 1),
    }
    if not options.json:
        print(f"{result['read']} of {result['people']} passes read in a window of {options.size}")
        print(f"first decodable frame to verdict painted: {result['p50_ms']} ms at the median,")
        print(f"{result['p95_ms']} ms at the 95th percentile, {result['worst_ms']} ms at worst")
    print(json.dumps(result))


def measure(folder: Path, people: int, size: tuple[int, int]) -> list[float]:
    """Milliseconds for each person who was read, in the order of the queue."""
    signer = ThrowawaySigner()
    trust = write_trust(signer, folder / "trust.json")
    _make_queue(folder / "queue", signer, people)
    with Display(*size) as display, Scanner(
        display, "--trust", str(trust), "--source", str(folder / "queue"), "--once",
        "--each", str(SHOWN), "--next-after", "0.2", "--size", f"{size[0]}x{size[1]}",
    ) as scanner:  # fmt: skip
        scanner.wait_for("camera", state="ended", timeout=30 + people * 2 * SHOWN * 3)
        return list(_times(scanner.events))


def _make_queue(folder: Path, signer: ThrowawaySigner, people: int) -> None:
    """Two pictures a person: an empty room and the pass held into it. Noisy, as cameras are."""
    folder.mkdir()
    chance = np.random.default_rng(3355)
    for number in range(people):
        person = Person(name=f"Nguyễn Thị Hoàng Phương Thảo {_letters(number)}", serial=number + 1)
        shown = frame_with(card(person.text(signer), person, int(chance.integers(420, 520))))
        write_frame(folder / f"{number:04}-a.png", _noisy(frame_with(), chance))
        write_frame(folder / f"{number:04}-b.png", _noisy(shown, chance))


def _letters(number: int) -> str:
    return "".join(chr(ord("A") + int(digit)) for digit in str(number))


def _noisy(frame: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    noise = chance.normal(0, 6, frame.shape)
    return cv2.GaussianBlur((frame + noise).clip(0, 255).astype(np.uint8), (3, 3), 0)


def _times(events: list[dict]) -> Iterator[float]:
    """Each verdict's time, counted from the first frame of the picture that it was read from."""
    for event in events:
        if event["event"] == "verdict" and event["verdict"] == "complete":
            late = event["frame"] % FRAMES_EACH
            yield event["ms"] + late * 1000 / RATE


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=40, help="passes in the queue")
    parser.add_argument("--size", default="480x800", help="window in pixels")
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    return parser.parse_args()


if __name__ == "__main__":
    main()
