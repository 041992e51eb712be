"""The manual of scanners: its own command blocks, copied and run in a clean folder."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import zxingcpp
from PIL import Image

from keys import receipts
from keys.client.enrolment import parse
from tests.conftest import ROOT
from tests.keys.scanners import Device
from verifier_server.commands import init_db
from verifier_server.config import load_config
from verifier_server.scanners.enrolling import enrol
from verifier_server.storage import Storage

from .builders import a_proof

MANUAL = ROOT / "docs/scanners.md"


def test_the_manuals_blocks_run_from_a_code_to_the_file_for_the_keys(tmp_path, monkeypatch):
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    init_db.run(tmp_path / "instance")
    first, *rest = re.findall(r"^```sh\n(.*?)^```$", MANUAL.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    _run(first, tmp_path)
    code = parse(zxingcpp.read_barcode(Image.open(tmp_path / "code.png")).text)
    device, storage = Device(), Storage(load_config(tmp_path / "instance").database_url)
    with storage.writing() as session:
        enrol(session, token=code.token, key=device.jwk, proof=a_proof(device, code.token), now=int(time.time()))
    storage.close()

    for block in rest:
        _run(block, tmp_path)
    listed = [json.loads(line)["device"] for line in (tmp_path / "scanners.jsonl").read_text().splitlines()]
    exported = receipts.load_scanners((tmp_path / "scanners.json").read_bytes())
    assert listed == [it.device for it in exported] == [device.id]


def _run(block, folder):
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    ended = subprocess.run(
        ["bash", "-eu", "-c", block], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
