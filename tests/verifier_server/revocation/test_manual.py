"""The manual for the day a key is stolen: its own command blocks, copied and run in a clean folder."""

import csv
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from keys import ceremony, lifecycle, pkcs8
from keys.channel import documents, first, holder, publish, refresh, revoking, sign
from keys.channel.place import Channel
from keys.client.load import load
from keys.client.sources import FolderSource
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.signers import SigningDesk
from keys.store import KeyStore
from tests.conftest import ROOT
from vaccine_pass.reasons import Reason
from vaccine_pass.trust import certificate_hash
from vaccine_pass.verdict import Outcome
from vaccine_pass.verify import Verifier
from verifier_server.commands import init_db
from verifier_server.config import load_config
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.passes.tables import SerialBlock
from verifier_server.storage import Storage

from ..builders import DAY
from .builders import FIRST, SECOND, passes, password_of, people, staff

MANUAL = ROOT / "docs/compromise.md"


HOLDERS = dict.fromkeys(("An", "Binh", "Chi"), ("root", "targets", "keys", "unrevocation"))
HOLDERS |= dict.fromkeys(("Dung", "Giang"), ("root",))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with an instance: keys and a spare that scanners know, a channel and its holders, staff."""
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    init_db.run(tmp_path / "instance")
    (tmp_path / "instance/server.toml").write_text("two_person_limit = 2\n")
    store, then = KeyStore(tmp_path / "instance/keys"), int(time.time()) - 30 * DAY
    ceremony.init(store, then)
    ceremony.new(store, then, form="domestic", name="VN-spare", sign_from=then)
    a_channel(tmp_path, store, then)
    return tmp_path


def a_channel(top, store, then):
    """A channel that holders published long ago, with its first list since then."""
    channel = Channel(top / "instance/channel")
    people_of = [holder.make(top / "holders" / name, name, roles) for name, roles in HOLDERS.items()]
    files = {documents.SIGNERS: documents.signers(store.signers()), documents.VACCINE_TABLE: documents.vaccines()}
    first.guided(channel, people_of, files, then)
    for name in ("An", "Binh", "Chi"):
        sign.sign(channel.proposal, top / "holders" / name, then)
    publish.publish(channel, then)
    refresh.refresh(channel, then, revocation=revoking.nothing_revoked(then))
    store.mark_published(then)


@pytest.mark.parametrize("issued", [pytest.param(1_000, id="the cap is five"), pytest.param(0, id="a small register")])
def test_the_manuals_own_commands_answer_a_stolen_key(folder, issued):
    config = load_config(folder / "instance")
    storage, store = Storage(config.database_url), KeyStore(folder / "instance/keys")
    staff(storage)
    desk = IssuingDesk(SigningDesk(store), SerialStock(storage, config.serial_secret))
    persons = people(storage, 4)
    old = passes(storage, desk, persons[:3], now=int(time.time()) - DAY)
    travel = passes(storage, desk, persons[3:], "travel", now=int(time.time()) - DAY)
    if issued:
        with storage.writing() as session:
            session.get(SerialBlock, 1).next_n = issued  # as if so many had been
    name = lifecycle.active(store.signers(), "domestic").name

    commands = "\n".join(re.findall(r"^```sh\n(.*?)^```$", MANUAL.read_text("utf-8"), re.DOTALL | re.MULTILINE))
    assert commands.count("checkpoint-server") >= 8
    script = commands.replace("KEY=VN-stolen", f"KEY={name}", 1)
    for name, email in (("ME", FIRST), ("OTHER", SECOND)):
        file = folder / f"{name}.password"
        file.write_text(password_of(email))
        file.chmod(0o600)
        # A script has no terminal to be asked on.
        script = script.replace(f'--by "${name}"', f'--by "${name}" --password-file "{file}"')
    script = script.replace("SERIAL=1310720", f"SERIAL={travel[0].serial}", 1)
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    ended = subprocess.run(
        ["bash", "-eu", "-c", script], cwd=folder, env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "3 issued, 0 kept, 0 expired, 0 refused" in ended.stderr
    assert "0 passes of 0 people would turn red" in ended.stdout

    judge = a_device(folder)
    with (folder / "reissued/reissued.csv").open(encoding="utf-8", newline="") as file:
        new = [row["text"] for row in csv.DictReader(file)]
    assert [judge.judge(text, time.time()).outcome for text in new] == [Outcome.ACCEPTED] * 3
    assert [judge.judge(row.text, time.time()).outcome for row in old] == [Outcome.REFUSED] * 3
    assert judge.judge(travel[0].text, time.time()).reason is Reason.REVOKED
    storage.close()


def a_device(folder):
    """What a scanner judges that has just been enrolled and updated from what the manual published."""
    channel, store = Channel(folder / "instance/channel"), DeviceStore(folder / "device")
    root = channel.current().data("metadata/1.root.json")
    update(store, FolderSource(channel.releases.pointer), time.time(), root=root)
    trust = load(store).trust
    assert list(trust.revoked_certificates) == [certificate_hash("URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B")]
    return Verifier(trust)
