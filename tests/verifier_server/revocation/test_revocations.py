"""`checkpoint-server revocations` and the commands that it names, from the register to the verdict of a device."""

import json
import shlex
import time

import pytest

from keys import ceremony, pkcs8
from keys import cli as keys_cli
from keys.channel.place import Channel
from keys.client.load import load
from keys.client.sources import FolderSource
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.signers import SigningDesk
from keys.store import KeyStore
from vaccine_pass.verify import Verifier
from verifier_server import cli
from verifier_server.commands import init_db
from verifier_server.config import load_config
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.passes.tables import SerialBlock
from verifier_server.revocation.selection import Selection
from verifier_server.revocation.work import carry_out
from verifier_server.storage import Storage

from ..builders import DAY
from .builders import decided, passes, people, staff


class Country:
    """A server with a register, its keys and a demonstration's channel, in one folder that commands run in."""

    def __init__(self, top):
        self.top = top
        init_db.run(top / "instance")
        store = KeyStore(top / "instance/keys")
        ceremony.init(store, self.now() - 30 * DAY)
        self.keys("init", "--demo")
        config = load_config(top / "instance")
        self.storage = Storage(config.database_url)
        staff(self.storage)
        self.desk = IssuingDesk(SigningDesk(store), SerialStock(self.storage, config.serial_secret))
        self.channel = Channel(top / "instance/channel")
        self.device_store = DeviceStore(top / "device")

    @staticmethod
    def now():
        return int(time.time())

    def keys(self, *arguments):
        assert keys_cli.main(list(arguments)) == 0

    def issue(self, count):
        found = passes(self.storage, self.desk, people(self.storage, count, first=self.issued), now=self.now() - DAY)
        self.issued += count
        return found

    issued = 0

    def handed_out(self, number):
        """As if so many numbers had been handed out."""
        with self.storage.writing() as session:
            session.get(SerialBlock, 1).next_n = number

    def change(self, *rows, action="revoke"):
        for row in rows:
            carry_out(
                self.storage, decided(self.storage, Selection("pass", str(row.serial)), action, now=self.now()).id,
                now=self.now(),
            )  # fmt: skip

    def publish(self, command):
        """Run a command that was named; a proposal is signed by the demonstration's holder and published."""
        _, verb, *rest = shlex.split(command)
        self.keys(verb, *rest)
        if verb == "propose":
            holder = self.channel.root / "holder"
            self.keys("sign", "--proposal", str(self.channel.proposal), "--holder", str(holder))
            self.keys("publish")

    def judged(self, rows):
        """What a device that has just updated says of some passes."""
        root = None if self.device_store.exists() else self.channel.current().data("metadata/1.root.json")
        update(self.device_store, FolderSource(self.channel.releases.pointer), time.time(), root=root)
        judge = Verifier(load(self.device_store).trust)
        return [judge.judge(row.text, time.time()).outcome.value for row in rows]


@pytest.fixture
def country(tmp_path, monkeypatch):
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    made = Country(tmp_path)
    yield made
    made.storage.close()


@pytest.fixture
def lists(country, capsys):
    """Run the command; gives its answer."""

    def run(*arguments):
        capsys.readouterr()
        assert cli.main(["revocations", "--out", "lists", "--json", *arguments]) == 0
        found = json.loads(capsys.readouterr().out)
        assert found["files"] == sorted(path.name for path in (country.top / "lists").glob("*"))
        return found

    return run


def publish_all(country, found):
    for command in found["commands"]:
        country.publish(command)


def test_from_the_register_to_the_verdict_and_back(country, lists):
    rows = country.issue(4)
    country.handed_out(1_000)
    first = lists()
    assert first["commands"] == ["checkpoint-keys propose --approved lists/approved.bin --issued lists/issued.json"]
    publish_all(country, first)
    assert lists() == {"revoked": 0, "files": [], "why": "", "commands": []}
    assert country.judged(rows) == ["accepted"] * 4

    country.change(rows[0])
    within = lists()
    assert within["commands"] == ["checkpoint-keys refresh --delta lists/delta.bin"]
    publish_all(country, within)
    assert country.judged(rows) == ["refused", *["accepted"] * 3]

    country.change(rows[0], action="unrevoke")
    back = lists()
    assert back["commands"] == ["checkpoint-keys propose --unrevocation lists/unrevocation.json"]
    publish_all(country, back)
    assert country.judged(rows) == ["accepted"] * 4
    assert lists()["files"] == []

    country.change(rows[0])
    publish_all(country, lists())
    assert country.judged(rows) == ["refused", *["accepted"] * 3]


def test_more_than_the_cap_is_for_the_holders(country, lists):
    rows = country.issue(4)
    publish_all(country, lists())
    country.change(*rows[:3])
    found = lists()
    assert "may add 0 (0.5% of issued)" in found["why"]
    assert found["commands"] == ["checkpoint-keys propose --approved lists/approved.bin --issued lists/issued.json"]
    publish_all(country, found)
    assert country.judged(rows) == [*["refused"] * 3, "accepted"]


def test_running_it_again_changes_nothing(country, lists):
    rows = country.issue(1)
    country.handed_out(1_000)
    publish_all(country, lists())
    country.change(*rows)
    lists()
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (country.top / "lists").iterdir()}
    lists()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (country.top / "lists").iterdir()} == before


def test_passes_of_a_revoked_key_are_on_no_list_once_the_key_is_out_of_the_signers(country, lists):
    rows = country.issue(3)
    country.handed_out(1_000)
    publish_all(country, lists())
    country.change(*rows)
    assert lists()["revoked"] == 3
    kid = rows[0].kid
    name = next(entry.name for entry in KeyStore(country.top / "instance/keys").signers() if entry.kid.hex() == kid)
    country.keys("revoke", name, "--reason", "stolen")
    assert lists()["revoked"] == 3  # scanners still trust it
    country.publish("checkpoint-keys propose")
    assert lists() == {"revoked": 0, "files": [], "why": "", "commands": []}
    assert country.judged(rows) != ["accepted"] * 3


def test_what_is_published_may_be_given_as_a_copy_too(country, lists):
    country.issue(1)
    country.keys("export-bundle", "--out", "usb")
    assert lists("--channel", "usb") == lists()


def test_without_a_channel_it_is_one_sentence(country, capsys):
    assert cli.main(["revocations", "--out", "lists", "--channel", "none"]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert not (country.top / "lists").exists()


def test_in_words_it_names_the_next_command(country, capsys):
    country.issue(1)
    capsys.readouterr()
    assert cli.main(["revocations", "--out", "lists"]) == 0
    said = capsys.readouterr()
    assert (
        "Next: checkpoint-keys propose --approved lists/approved.bin --issued lists/issued.json (then the" in said.out
    )
    assert said.err == "The holders have approved no list yet.\n"
    country.publish("checkpoint-keys propose --approved lists/approved.bin --issued lists/issued.json")
    capsys.readouterr()
    assert cli.main(["revocations", "--out", "lists"]) == 0
    assert "there is nothing to publish" in capsys.readouterr().out


def test_a_file_of_something_else_in_the_folder_is_left_alone_and_a_spoilt_list_is_replaced(country, lists):
    country.issue(1)
    folder = country.top / "lists"
    lists()
    good = (folder / "approved.bin").read_bytes()
    (folder / "approved.bin").write_bytes(b"junk")
    (folder / "delta.bin").write_bytes(b"of last week")
    lists()
    assert (folder / "approved.bin").read_bytes()[18:] == good[18:]
    assert not (folder / "delta.bin").exists()
