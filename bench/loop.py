"""How long a trust update takes as a loop of QR codes, from one device's screen to another one's camera.

    python -m bench.loop [--bytes 20480] [--rate 10] [--lost 0.2] [--rounds 400] [--seed 1] [--json]

A channel with real thresholds is published with as many revoked passes as make the loop carry the bytes that are
asked for, packed as they are carried. Many readers begin anywhere in the loop and lose each frame with that
chance; their time is simulated: frames until the files are there, by the rate. One more reader is real: every
code is drawn, filmed from a phone that is held (`bench.phone`), read by the project's decoder, and its device is
updated; what it could not read is lost besides.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from statistics import mean, median
from typing import Any

import cv2
import numpy as np

from bench.country import Country
from bench.phone import held, phone_showing
from keys.client.store import DeviceStore
from keys.loop import frames, loop
from keys.loop.assembling import Assembly
from keys.loop.caps import HASH_BYTES
from keys.loop.keeping import PATH
from keys.loop.loop import Loop
from keys.loop.taking import Taking
from scanner_app.decoding import Decoder
from scanner_app.live import LiveReader
from scanner_app.loop.drawing import picture
from vaccine_pass.revocation.serial_list import encode_base
from vaccine_pass.revocation.serial_set import SerialSet

BYTES, RATE, LOST, ROUNDS = 20 * 1024, 10.0, 0.2, 400
_SIGNED_ANEW = 1200
"""Bytes that the holders' signatures and the counts add, about."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; with ``--json`` one object comes last."""
    parser = argparse.ArgumentParser(prog="python -m bench.loop", description=__doc__.partition("\n")[0])
    parser.add_argument("--bytes", type=int, default=BYTES, help="that the loop carries (20,480)")
    parser.add_argument("--rate", type=float, default=RATE, help="codes a second (10)")
    parser.add_argument("--lost", type=float, default=LOST, help="share of the frames that are lost (0.2)")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="readers (400)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    options = parser.parse_args(arguments)
    figures = measure(options.seed, options.bytes, options.rate, options.lost, options.rounds)
    for name, value in figures.items():
        print(f"{name:22} {value}", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(figures))
    return 0


def measure(
    seed: int = 1, size: int = BYTES, rate: float = RATE, lost: float = LOST, rounds: int = ROUNDS
) -> dict[str, Any]:
    """Return `qr_loop_seconds` (the mean) and `qr_loop`: bytes, frames, percentiles, the real reader, milliseconds."""
    with tempfile.TemporaryDirectory(prefix="checkpoint-loop-") as folder:
        top, now = Path(folder), int(time.time())
        country = Country.first_day(top / "country", now)
        shown = _of_size(country, size, now, seed)
        texts = shown.texts()
        counts = sorted(_frames_until_whole(texts, country.first_root(), lost, seed, at) for at in range(rounds))
        real = _real_reader(texts, Taking(DeviceStore(top / "device"), root=country.first_root()), lost, seed)
        told = loop.manifest_of(shown)
        return {
            "qr_loop_seconds": round(mean(counts) / rate, 2),
            "qr_loop": {
                "bytes": len(shown.head) + len(shown.body),
                "frames_a_round": len(texts),
                "blocks_needed": told.data_blocks,
                "median_seconds": counts[len(counts) // 2] / rate,
                "p95_seconds": counts[int(len(counts) * 0.95)] / rate,
                "longest_seconds": counts[-1] / rate,
                "real_seconds": round(real.pop("frames") / rate, 2),
                **real,
            },
        }


def _of_size(country: Country, size: int, now: int, seed: int) -> Loop:
    """Publish so many revoked passes that the loop carries about ``size`` bytes."""
    empty = _published(country)
    room = size - len(empty.head) - len(empty.body)
    serials = random.Random(seed).sample(range(1 << 20, 1 << 24), 1 << 17)
    low, high = 0, len(serials)
    while low < high:  # each block's hash in the manifest takes its share, too
        middle = (low + high + 1) // 2
        base = len(_base(serials[:middle], now))
        carried = base + base // frames.BODY_BLOCK * HASH_BYTES * (1 + loop.REPAIR_SHARE) + _SIGNED_ANEW
        low, high = (middle, high) if carried <= room else (low, middle - 1)
    country.approve(_base(serials[:low], now), dict.fromkeys(range(1, 16), 1 << 20), now)
    return _published(country)


def _base(serials: Sequence[int], now: int) -> bytes:
    return encode_base(SerialSet.of(serials), 2, now)


def _published(country: Country) -> Loop:
    return loop.from_bytes(country.channel.current().data(PATH))


def _frames_until_whole(texts: Sequence[str], root: bytes, lost: float, seed: int, reader: int) -> int:
    dice = random.Random(f"{seed} {reader}")
    assembly = Assembly(root)
    for number, text in enumerate(_from_anywhere(texts, dice), start=1):
        if dice.random() >= lost:
            assembly.take(text)
            if assembly.whole is not None:
                return number
    raise AssertionError("a loop has no end")


def _from_anywhere(texts: Sequence[str], dice: random.Random) -> Iterator[str]:
    start = dice.randrange(len(texts))
    return islice(cycle(texts), start, None)


def _real_reader(texts: Sequence[str], taking: Taking, lost: float, seed: int) -> dict[str, Any]:
    """Draw, film, read and update, frame by frame; how many it took, and the milliseconds of each step."""
    dice = random.Random(seed)
    reader = LiveReader(Decoder())
    clocks: dict[str, list[float]] = {"draw": [], "read": [], "take": []}
    unread = 0
    shown = (_timed(clocks["draw"], lambda text=text: picture(text, 5)) for text in _from_anywhere(texts, dice))
    filmed = held((phone_showing(cv2.cvtColor(each, cv2.COLOR_GRAY2BGR)) for each in shown), RATE, dice)
    for number, frame in enumerate(filmed, start=1):
        if dice.random() < lost:
            continue
        found = _timed(clocks["read"], lambda frame=frame: reader.read(_grey(frame)))
        unread += not found
        if any(_timed(clocks["take"], lambda text=text: taking.take(text)) for text in found):
            return {
                "frames": number,
                "real_unread": unread,
                "update_ms": round(clocks["take"].pop(), 1),
                **{f"{name}_ms": round(median(values), 2) for name, values in clocks.items()},
            }
    raise AssertionError("a loop has no end")


def _grey(frame: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY)


def _timed(times: list[float], does: Callable[[], Any]) -> Any:
    start = time.process_time()
    result = does()
    times.append((time.process_time() - start) * 1e3)
    return result


if __name__ == "__main__":
    sys.exit(main())
