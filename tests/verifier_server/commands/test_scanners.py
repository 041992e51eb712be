"""`checkpoint-server scanners`: a code, a receipt that was carried, the list, and the file for the keys."""

import json
import stat
import time

import pytest
import zxingcpp
from PIL import Image

from keys import receipts
from keys.client.enrolment import parse
from tests.keys.scanners import Device
from verifier_server.cli import main
from verifier_server.config import load_config
from verifier_server.scanners.enrolling import enrol
from verifier_server.storage import Storage

from ..scanners.builders import a_proof, a_receipt

SERVER = "https://passes.example.vn"
KID = bytes(range(8))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Call the command line; returns the exit code and what it said."""
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)

    def call(*arguments):
        code = main(["--instance", str(tmp_path / "instance"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    call("init-db")
    return call


@pytest.fixture
def storage(run, tmp_path):
    opened = Storage(load_config(tmp_path / "instance", {}).database_url)
    yield opened
    opened.close()


@pytest.fixture
def device(run, storage, tmp_path):
    """A scanner that was enrolled with the picture that the command drew."""
    assert run("scanners", "enrol", "79-CLT-1", "--out", tmp_path / "code.png", "--server", SERVER)[0] == 0
    code = parse(zxingcpp.read_barcode(Image.open(tmp_path / "code.png")).text)
    made, now = Device(code.post), int(time.time())
    with storage.writing() as session:
        enrol(session, token=code.token, key=made.jwk, proof=a_proof(made, code.token), now=now)
    return made


def carried(device, path, **more):
    path.write_text(a_receipt(device, KID, now=int(time.time()), **more) + "\n")
    return path


def test_a_code_says_its_post_and_address_and_is_for_its_owner_only(run, tmp_path):
    code, out, _ = run("scanners", "enrol", "79-CLT-1", "--out", tmp_path / "code.png", "--server", f"{SERVER}/")
    assert (code, "enrols one scanner until" in out) == (0, True)
    read = parse(zxingcpp.read_barcode(Image.open(tmp_path / "code.png")).text)
    assert (read.post, read.server) == ("79-CLT-1", SERVER)
    assert stat.S_IMODE((tmp_path / "code.png").stat().st_mode) == 0o600
    assert read.token not in out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("chốt một",), "letters, digits and hyphens"),
        (("79-CLT-1", "--server", "http://passes.example.vn"), "begins with https://"),
        (("79-CLT-1", "--hours", "0"), "1 to 336 hours"),
        (("79-CLT-1", "--server", ""), "public_address"),
    ],
)
def test_a_code_that_could_not_work_is_not_made(run, tmp_path, arguments, sentence):
    given = ["--server", SERVER, *arguments] if "--server" not in arguments else arguments
    code, _, said = run("scanners", "enrol", "--out", tmp_path / "code.png", *given)
    assert (code, said.count("\n")) == (1, 1)
    assert sentence in said
    assert not (tmp_path / "code.png").exists()


def test_the_address_may_stand_in_the_settings(run, tmp_path):
    (tmp_path / "instance" / "server.toml").write_text(f'public_address = "{SERVER}"\n')
    assert run("scanners", "enrol", "79-CLT-1", "--out", tmp_path / "code.png")[0] == 0


def test_the_list_says_how_old_each_scanners_data_is(run, device, tmp_path):
    assert "silent  79-CLT-1" in run("scanners", "list")[1]
    run("scanners", "import-receipts", carried(device, tmp_path / "receipt", days=9))
    assert f"warn    79-CLT-1  {device.id}  keys 9 days old, receipt of " in run("scanners", "list")[1]
    said = json.loads(run("scanners", "list", "--json")[1])
    assert (said["device"], said["standing"], said["days"]) == (device.id, "warn", 9)


def test_receipts_that_were_carried_are_taken_and_each_bad_one_is_named(run, device, tmp_path):
    path = carried(device, tmp_path / "receipts.txt")
    path.write_text("\n" + path.read_text() + path.read_text() + "nonsense\n" + a_receipt(Device()) + "\n")
    code, out, said = run("scanners", "import-receipts", path)
    assert (code, out) == (1, "1 taken, 1 not newer, 2 refused\n")
    assert [line.split(": ")[0] for line in said.splitlines()] == [f"{path}, line 4", f"{path}, line 5"]


def test_a_file_that_is_not_there_is_one_sentence(run, tmp_path):
    code, _, said = run("scanners", "import-receipts", tmp_path / "nothing")
    assert (code, said.count("\n")) == (1, 1)


def test_the_export_lies_where_the_keys_commands_look_for_it(run, device, tmp_path):
    (tmp_path / "instance" / "keys").mkdir(mode=0o700)
    run("scanners", "import-receipts", carried(device, tmp_path / "receipt"))
    assert run("scanners", "export")[1].startswith("1 scanners written to ")
    known = receipts.load_scanners((tmp_path / "instance" / "keys" / "scanners.json").read_bytes())
    assert receipts.coverage(KID, known).percent == 100


def test_a_withdrawn_scanner_is_counted_no_longer(run, device, tmp_path):
    assert run("scanners", "withdraw", device.id)[0] == 0
    assert run("scanners", "list")[1] == ""
    out = tmp_path / "scanners.json"
    assert run("scanners", "export", "--out", out)[0] == 0
    assert receipts.load_scanners(out.read_bytes()) == ()
    assert run("scanners", "withdraw", "0" * 16)[0] == 1
    assert run("scanners", "withdraw", "0" * 16, "--undo")[0] == 1
    assert run("scanners", "import-receipts", carried(device, tmp_path / "receipt"))[0] == 1
    assert run("scanners", "withdraw", device.id, "--undo")[1] == f"{device.id} at 79-CLT-1 is in use again\n"
    assert run("scanners", "import-receipts", tmp_path / "receipt")[0] == 0
