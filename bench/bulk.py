"""Bulk issuing for `bench.server`: passes a second of two processes on one register, and whether memory stays flat.

Two `checkpoint-server issue` run beside each other on SQLite, each with half of the people, without pictures. Memory is
the largest resident set of either, and of the smallest file beside it: flat is when the two hardly differ.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.served import Instance, prepare, write_people
from bench.watched import peak_mb

PROCESSES = 2
SMALLEST = 10_000


def measure(rows: int) -> dict[str, Any]:
    """Return `passes_per_second` and `peak_mb` of the largest file, and the memory of each size on the way."""
    sizes = sorted({min(SMALLEST, rows), rows})
    runs = {size: _run(size) for size in sizes}
    return {
        "rows": rows,
        "passes_per_second": round(rows / runs[rows][0]),
        "peak_mb": runs[rows][1],
        "peak_mb_by_rows": {str(size): peak for size, (_seconds, peak) in runs.items()},
    }


def _run(rows: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory(prefix="checkpoint-bulk-") as top:
        folder = Path(top)
        instance = prepare(folder / "instance", f"sqlite:///{folder / 'register.sqlite'}", 1)
        share = rows // PROCESSES
        files = [write_people(folder / f"people-{n}.csv", share, first=1 + n * share) for n in range(PROCESSES)]
        begun = time.perf_counter()
        running = [_issuing(instance, file) for file in files]
        with ThreadPoolExecutor(PROCESSES) as watching:
            peaks = list(watching.map(_ended, running, files))
        return time.perf_counter() - begun, max(peaks)


def _issuing(instance: Instance, file: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable,
        "-m",
        "verifier_server.cli",
        "--instance",
        str(instance.folder),
        "issue",
        "--in",
        str(file),
    ]
    # What it says goes to a file: nobody reads a pipe until the end.
    with _said(file).open("wb") as said:
        return subprocess.Popen(
            [*command, "--out", str(file.with_suffix("")), "--image", "none"], stdout=subprocess.DEVNULL, stderr=said
        )


def _said(file: Path) -> Path:
    return file.with_suffix(".log")


def _ended(process: subprocess.Popen[bytes], file: Path) -> float:
    peak = peak_mb(process)
    if process.returncode:
        last = _said(file).read_text(encoding="utf-8", errors="replace").strip().rpartition("\n")[2]
        raise SystemExit(f"bench.server: issuing in bulk ended with {process.returncode}: {last}")
    return peak
