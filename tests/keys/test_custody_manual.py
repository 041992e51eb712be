"""`docs/custody.md` as a newcomer uses it: its command blocks are run, one after the other, in an empty folder."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from . import softhsm

MANUAL = Path(__file__).parents[2] / "docs/custody.md"


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """What the manual's commands said, and the folder in which they ran."""
    if not softhsm.MODULE.exists():
        pytest.skip(f"{softhsm.MODULE} is not there: apt-get install softhsm2")
    folder = tmp_path_factory.mktemp("newcomer")
    blocks = re.findall(r"^```sh\n(.*?)^```", MANUAL.read_text(), re.DOTALL | re.MULTILINE)
    environment = {name: value for name, value in os.environ.items() if name != "CHECKPOINT_DATABASE_URL"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    script = "set -eu\n" + "\n".join(blocks)
    ran = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return folder, ran.stdout, ran.stderr


def test_every_block_of_the_manual_runs(done):
    _, out, _ = done
    assert "pending  VN-token-1" in out
    assert out.count("good     VN-token-1") == 2  # before the backup, and after the restore
    assert out.rstrip().endswith("0 passes and 0 lines of the log compared: no differences")


def test_the_keys_of_the_first_day_are_in_the_token_too(done):
    out = done[1]
    assert "in its encrypted file" not in out
    assert out.count("good     VN-") == 6  # three keys, before the backup and after the restore
    state = json.loads((done[0] / "instance/keys/state.json").read_text())
    assert {signer["custody"]["kind"] for signer in state["signers"]} == {"pkcs11"}


def test_the_lease_book_tells_what_happened(done):
    folder, _, err = done
    leases = json.loads((folder / "instance/leases.json").read_text())["leases"]
    assert [(lease["block"], lease["state"]) for lease in leases] == [(1, "burnt"), (2, "burnt"), (3, "open")]
    assert "burnt: 1, 2" in err


def test_no_pin_was_said_and_no_pin_lies_open(done):
    folder, out, err = done
    for name in ("pin", "so-pin"):
        pin = (folder / "instance/hsm" / name).read_text().strip()
        assert pin not in out + err + (folder / "instance/keys/state.json").read_text()
        assert (folder / "instance/hsm" / name).stat().st_mode & 0o077 == 0
