"""The manual for the day a key is stolen: its own command blocks, copied and run in a clean folder."""

import csv
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keys import ceremony, lifecycle, pkcs8
from keys.signers import SigningDesk
from keys.store import KeyStore
from tests.conftest import ROOT
from vaccine_pass.verdict import Outcome
from vaccine_pass.verify import Verifier
from verifier_server.commands import init_db
from verifier_server.config import load_config
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.storage import Storage

from ..builders import DAY, trust_now
from .builders import passes, people, staff

MANUAL = ROOT / "docs/compromise.md"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with an instance: keys and a spare that scanners know, staff, three people with passes."""
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    init_db.run(tmp_path / "instance")
    (tmp_path / "instance/server.toml").write_text("two_person_limit = 2\n")
    store, then = KeyStore(tmp_path / "instance/keys"), int(time.time()) - 30 * DAY
    ceremony.init(store, then)
    ceremony.new(store, then, form="domestic", name="VN-spare", sign_from=then)
    store.mark_published(then)
    return tmp_path


def test_the_manuals_own_commands_answer_a_stolen_key(folder):
    config = load_config(folder / "instance")
    storage, store = Storage(config.database_url), KeyStore(folder / "instance/keys")
    staff(storage)
    desk = IssuingDesk(SigningDesk(store), SerialStock(storage, config.serial_secret))
    old = passes(storage, desk, people(storage, 3), now=int(time.time()) - DAY)
    name = lifecycle.active(store.signers(), "domestic").name

    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```$", MANUAL.read_text("utf-8"), re.DOTALL | re.MULTILINE))
    assert commands.count("checkpoint-server") >= 6
    script = commands.replace("KEY=VN-stolen", f"KEY={name}", 1)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    ended = subprocess.run(
        ["bash", "-eu", "-c", script], cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert "3 issued, 0 kept, 0 expired, 0 refused" in ended.stderr
    assert "0 passes of 0 people would turn red" in ended.stdout

    with storage.reading() as session:
        judge = Verifier(trust_now(store, session, time.time()))
    with (folder / "reissued/reissued.csv").open(encoding="utf-8", newline="") as file:
        new = [row["text"] for row in csv.DictReader(file)]
    assert [judge.judge(text, time.time()).outcome for text in new] == [Outcome.ACCEPTED] * 3
    assert [judge.judge(row.text, time.time()).outcome for row in old] == [Outcome.REFUSED] * 3
    storage.close()
