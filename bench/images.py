"""How much faster a pass's picture is drawn in bulk than by `qrcode`'s default.

`qrcode.make(text)` saved as PNG (black and white, no frame) against `bulk_png` (with its frame,
words and shape), `bulk_svg`, and the single page's `code_png` and `code_svg`: CPU time, alternating
in one run, over distinct texts of both lengths.

    python -m bench.images [--texts 300] [--seed 1] [--json]
"""

from __future__ import annotations

import argparse
import io
import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import qrcode

from bench.frames import random_texts
from vaccine_pass.status import Status
from verifier_server.drawing import bulk_png, bulk_svg, code_png, code_svg

BATCH = 10
DEFAULT = "qrcode_default"
FORMS = {"domestic": "VN1:", "travel": "HC1:"}
LOOKS = (
    {"status": Status.NONE},
    {"status": Status.PARTIAL, "doses": 1, "series": 2},
    {"status": Status.COMPLETE, "doses": 2, "series": 2},
)
DRAWINGS = {"bulk_png": bulk_png, "bulk_svg": bulk_svg, "code_png": code_png, "code_svg": code_svg}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures; with ``--json`` one object comes last."""
    options = _parser().parse_args(arguments)
    figures: dict[str, float] = {"texts": options.texts}
    ratios = []
    for form, prefix in FORMS.items():
        print(f"{form} passes …", file=sys.stderr)
        texts = [text for text in random_texts(options.texts, options.seed) if text.startswith(prefix)]
        batches = measure(texts)
        ratio = statistics.median(
            default / bulk for default, bulk in zip(batches[DEFAULT], batches["bulk_png"], strict=True)
        )
        ratios.append(ratio)
        figures[f"{form}_bulk_ratio"] = round(ratio, 2)
        for name, times in batches.items():
            figures[f"{form}_{name}_ms"] = round(statistics.median(times), 3)
    figures["bulk_ratio"] = round(min(ratios), 2)
    for name, value in figures.items():
        print(f"{name:32} {value:10.3f}", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(figures))
    return 0


def measure(texts: Sequence[str]) -> dict[str, list[float]]:
    """Return for each drawing its CPU milliseconds a picture, batch by batch, taken in turns."""
    draws: dict[str, Callable[[str, int], object]] = {DEFAULT: _default}
    draws |= {name: _in_turn(draw) for name, draw in DRAWINGS.items()}
    for draw in draws.values():
        for number in range(len(LOOKS)):
            draw(texts[0], number)  # frames are drawn once for each look, not once for each pass
    times: dict[str, list[float]] = {name: [] for name in draws}
    for start in range(0, len(texts) - BATCH + 1, BATCH):
        batch = texts[start : start + BATCH]
        for name, draw in draws.items():
            begun = time.process_time()
            for number, text in enumerate(batch):
                draw(text, number)
            times[name].append((time.process_time() - begun) / len(batch) * 1000)
    return times


def _default(text: str, _number: int) -> bytes:
    file = io.BytesIO()
    qrcode.make(text).save(file)
    return file.getvalue()


def _in_turn(draw: Callable[..., object]) -> Callable[[str, int], object]:
    return lambda text, number: draw(text, **LOOKS[number % len(LOOKS)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.images", description=__doc__.partition("\n")[0])
    parser.add_argument("--texts", type=int, default=300, help="how many distinct texts, half of each form")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same texts")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    return parser


if __name__ == "__main__":
    sys.exit(main())
