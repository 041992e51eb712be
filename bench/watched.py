"""How long a program ran and how much memory it held at most, for benches that start it as its users do.

Left out: what the program's own children held.
"""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path


def peak_mb(process: subprocess.Popen[bytes]) -> float:
    """Wait for the program's end; return the most memory that it has held, in MB.

    Not `ru_maxrss`: Linux carries that over from whoever started the program, who may be larger.
    """
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _high_water(process.pid))
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
    return peak


def _high_water(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return round(int(line.split()[1]) / 1024, 1)
    return 0.0
