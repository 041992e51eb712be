"""What the scanner's tests share: a throwaway signer, people's passes, and verdicts made by hand."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.people import Person, write_trust
from bench.signers import ThrowawaySigner

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def signer():
    return ThrowawaySigner()


@pytest.fixture
def a_person():
    """Builds people: `a_person(doses=1)`."""
    return lambda **fields: Person().other(**fields)


@pytest.fixture
def trust_file(signer, tmp_path):
    return write_trust(signer, tmp_path / "trust.json")


@pytest.fixture
def run_scanner(tmp_path):
    """Runs `checkpoint-scanner` as others do: a process, in an empty folder."""

    def run(*arguments, stdin=b"", timeout=60, path=()):
        command = [sys.executable, "-m", "scanner_app.cli", *map(str, arguments)]
        return subprocess.run(
            command, input=stdin, capture_output=True, timeout=timeout, cwd=tmp_path,
            env={"PYTHONPATH": ":".join(map(str, [*path, ROOT])), "PATH": "/usr/bin:/bin"}, check=False,
        )  # fmt: skip

    return run
