"""The core's tests once more, on the cbor2 that Android has: 5.9, pure Python, without bounds of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLDER = Path(sys.prefix) / "cbor2-5.9"
INSIDE = "CHECKPOINT_TESTS_ON_CBOR2_5_9"


def run(*arguments):
    environment = os.environ | {"PYTHONPATH": str(OLDER), INSIDE: "1"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.timeout(320)
@pytest.mark.skipif(INSIDE in os.environ, reason="this is the run on cbor2 5.9")
@pytest.mark.skipif(not OLDER.is_dir(), reason=f"{OLDER.name} is not beside the environment: run make environment")
def test_the_cores_tests_pass_on_cbor2_5_9():
    which = run("-c", "import cbor2, importlib.metadata as m; print(m.version('cbor2'), type(cbor2.loads).__name__)")
    assert which.stdout.split() == ["5.9.0", "function"], which  # pure Python

    done = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests/vaccine_pass")
    assert done.returncode == 0, done.stdout[-4000:]
    print(done.stdout.splitlines()[-1])
