"""What signing in a PKCS#11 token costs: SoftHSM2 against the same signature in this process.

    python -m bench.hsm [--signatures 2000] [--rounds 7] [--json]

Both sign the same messages with a P-256 key, alternating, through the project's own two custodies.
`hsm_ratio` is the speed in the token as a share of the speed in the process, by CPU time, the
median of the rounds; `hsm_wall_ratio` the same by the clock on the wall. SoftHSM2 is software in
this process: a real module's time is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from keys import custody, hsm
from keys.jwk import jwk_of
from keys.place import TokenPlace
from vaccine_pass.sign import SigningKey

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
LABEL, PIN = "bench", "20212021"
KID = bytes(8)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; with ``--json`` one object comes last."""
    parser = argparse.ArgumentParser(prog="python -m bench.hsm", description=__doc__.partition("\n")[0])
    parser.add_argument("--signatures", type=int, default=2000, help="in each round (2000)")
    parser.add_argument("--rounds", type=int, default=7, help="of both, alternating (7)")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    options = parser.parse_args(arguments)
    figures = measure(options.signatures, options.rounds)
    for name, value in figures.items():
        print(f"{name:22} {value}", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(figures))
    return 0


def measure(signatures: int = 2000, rounds: int = 7) -> dict[str, Any]:
    """Return `hsm_ratio`, `hsm_wall_ratio`, and the microseconds of one signature of each kind.

    Without SoftHSM2 the one figure is None.
    """
    if not Path(MODULE).exists():
        print(f"bench.hsm: {MODULE} is not there: apt-get install softhsm2", file=sys.stderr)
        return {"hsm_ratio": None}
    with tempfile.TemporaryDirectory(prefix="checkpoint-hsm-") as folder, _configured(Path(folder)):
        in_token, in_process = _key_in_token(Path(folder)), _key_in_process()
        for key in (in_token, in_process):
            _timed(key, signatures // 10)
        pairs = [(_timed(in_process, signatures), _timed(in_token, signatures)) for _ in range(rounds)]
    cpu, wall = ([(process[kind], token[kind]) for process, token in pairs] for kind in (0, 1))
    return {
        "hsm_ratio": round(median(process / token for process, token in cpu), 3),
        "hsm_wall_ratio": round(median(process / token for process, token in wall), 3),
        "in_process_us": round(median(process for process, _ in cpu) * 1e6, 1),
        "hsm_us": round(median(token for _, token in cpu) * 1e6, 1),
    }


def _timed(key: SigningKey, count: int) -> tuple[float, float]:
    """Return the CPU seconds and the seconds on the wall of one signature."""
    messages = [b"%032d" % number for number in range(count)]
    sign: Callable[[bytes], bytes] = key.sign
    cpu, wall = time.process_time(), time.perf_counter()
    for message in messages:
        sign(message)
    return (time.process_time() - cpu) / count, (time.perf_counter() - wall) / count


@contextmanager
def _configured(folder: Path) -> Iterator[None]:
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    try:
        yield
    finally:
        del os.environ["SOFTHSM2_CONF"]
        if before is not None:
            os.environ["SOFTHSM2_CONF"] = before


def _key_in_process() -> SigningKey:
    return custody.EncryptedFileKey(custody.new_private_key(), KID)


def _key_in_token(folder: Path) -> SigningKey:
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    (folder / "pin").touch(mode=0o600)
    (folder / "pin").write_text(PIN)
    made = ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", PIN]
    subprocess.run(made, check=True, capture_output=True)
    place, public = hsm.generate(TokenPlace(MODULE, LABEL, str(folder / "pin")), "bench")
    return hsm.HsmKey(place, KID, jwk_of(public))


if __name__ == "__main__":
    sys.exit(main())
