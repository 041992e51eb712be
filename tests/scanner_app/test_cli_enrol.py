"""`checkpoint-scanner enrol`, `receipt`, and updates of an enrolled device, against a small real server."""

import json
import time

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from keys import jws
from keys.client.receipt import TYPE
from tests.keys.client.checkpoint_server import TOKEN, CheckpointServer
from tests.keys.client.repository import PASS_SIGNER, Repository


@pytest.fixture
def repository():
    return Repository(int(time.time()))


@pytest.fixture
def server(repository):
    running = CheckpointServer(repository.files)
    yield running
    running.close()


@pytest.fixture
def root(repository, tmp_path):
    path = tmp_path / "root.json"
    path.write_bytes(repository.first_root)
    return path


@pytest.fixture
def device(run_scanner, server, tmp_path):
    """The folder of a device that was enrolled and has no update yet."""
    assert run_scanner("enrol", server.enrolment().text()).returncode == 0
    return tmp_path / "instance" / "scanner"


def picture_of(path, *texts):
    drawn = [zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4) for text in texts]
    whole = Image.new("L", (40 + sum(d.shape[1] + 40 for d in drawn), 40 + max(d.shape[0] for d in drawn)), 255)
    x = 20
    for one in drawn:
        whole.paste(Image.fromarray(np.asarray(one)), (x, 20))
        x += one.shape[1] + 40
    whole.save(path)
    return path


def test_a_device_is_enrolled_by_the_codes_text(run_scanner, server, tmp_path):
    done = run_scanner("enrol", server.enrolment().text())
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"79-CLT-1" in done.stdout
    assert server.address.encode() in done.stdout
    assert b"update --root" in done.stdout
    assert TOKEN.encode() not in done.stdout
    (device,) = server.devices
    assert device.encode() in done.stdout
    assert (tmp_path / "instance" / "scanner" / "device.pem").stat().st_mode & 0o777 == 0o600


def test_a_device_is_enrolled_by_a_picture_of_the_code(run_scanner, server, tmp_path):
    picture = picture_of(tmp_path / "code.png", server.enrolment().text(), "https://example.vn/pay")
    done = run_scanner("enrol", picture, "--trust", "elsewhere")
    assert (done.returncode, done.stderr) == (0, b"")
    assert (tmp_path / "elsewhere" / "enrolled.json").exists()


@pytest.mark.parametrize("texts", [["VN1:ABC"], ["", ""]])
def test_a_picture_without_one_enrolment_code_is_told(run_scanner, server, tmp_path, texts):
    texts = [text or server.enrolment(letter * 43).text() for text, letter in zip(texts, "ab", strict=False)]
    done = run_scanner("enrol", picture_of(tmp_path / "code.png", *texts))
    assert done.returncode == 1
    assert b"has to show one" in done.stderr
    assert not server.devices


@pytest.mark.parametrize("what", ["nothing.png", "", "VN1:ABC", "checkpoint-enrol:?token=x", "."])
def test_what_is_no_code_is_one_sentence(run_scanner, what):
    done = run_scanner("enrol", what)
    assert done.returncode in {1, 2}
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


def test_a_token_that_was_used_by_another_device_is_refused_with_the_servers_sentence(run_scanner, server, device):
    done = run_scanner("enrol", server.enrolment().text(), "--trust", "other")
    assert done.returncode == 1
    assert b"The token was used. [server_refused]" in done.stderr


def test_an_update_without_from_uses_the_enrolled_channel_and_sends_the_receipt(
    run_scanner, server, device, root, a_person
):
    done = run_scanner("update", "--root", root)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Receipt sent" in done.stdout
    assert server.receipts[-1]["signers"] == [PASS_SIGNER.entry().kid.hex()]
    verdict = run_scanner("verify", "--json", stdin=a_person().text(PASS_SIGNER).encode())
    assert json.loads(verdict.stdout)["outcome"] == "accepted"
    assert run_scanner("update").returncode == 0
    assert len(server.receipts) == 2


def test_the_root_never_comes_from_the_code_or_the_server(run_scanner, device):
    done = run_scanner("update")
    assert done.returncode == 1
    assert b"[no_root]" in done.stderr


def test_a_receipt_that_cannot_be_sent_is_a_notice_and_goes_with_the_next_update(run_scanner, server, device, root):
    server.answers["/scanners/receipts"] = (500, b"")
    done = run_scanner("update", "--root", root)
    assert done.returncode == 0
    assert b"The receipt was not sent" in done.stderr
    assert done.stderr.count(b"\n") == 1
    assert b"last receipt sent never" in run_scanner("trust").stdout
    server.answers.clear()
    assert run_scanner("update").stderr == b""
    assert len(server.receipts) == 1
    assert b"last receipt sent 20" in run_scanner("trust").stdout


def test_an_update_from_a_stick_sends_nothing(run_scanner, server, device, repository, tmp_path):
    stick = repository.write_to(tmp_path / "stick")
    assert run_scanner("update", "--from", stick, "--root", stick / "metadata" / "1.root.json").returncode == 0
    assert not server.receipts


def test_a_device_that_is_not_enrolled_needs_from_and_has_no_receipt(run_scanner, tmp_path, repository):
    done = run_scanner("update")
    assert done.returncode == 2
    assert b"--from is needed" in done.stderr
    stick = repository.write_to(tmp_path / "stick")
    run_scanner("update", "--from", stick, "--root", stick / "metadata" / "1.root.json")
    done = run_scanner("receipt")
    assert done.returncode == 1
    assert b"[not_enrolled]" in done.stderr
    assert b"Not enrolled." in run_scanner("trust").stdout


def test_a_receipt_is_written_for_carrying_by_hand(run_scanner, server, device, root, tmp_path):
    run_scanner("update", "--root", root)
    done = run_scanner("receipt", "--out", "receipt.jws")
    assert (done.returncode, done.stderr) == (0, b"")
    text = (tmp_path / "receipt.jws").read_text().strip()
    document = json.loads(jws.verify(text, server.devices[jws.kid_of(text)], typ=TYPE))
    assert document["post"] == "79-CLT-1"
    printed = run_scanner("receipt").stdout.decode().strip()
    assert jws.verify(printed, server.devices[jws.kid_of(printed)], typ=TYPE)
    assert run_scanner("receipt", "--out", "no/such/folder/x").stderr.count(b"\n") == 1


def test_trust_says_post_server_and_device_and_its_json_stays_as_it_was(run_scanner, server, device, root):
    run_scanner("update", "--root", root)
    words = run_scanner("trust").stdout.decode()
    assert f"post 79-CLT-1, device {next(iter(server.devices))}" in words
    assert server.address in words
    members = ["accepted_at", "at", "demo", "files", "format", "roles"]
    assert sorted(json.loads(run_scanner("trust", "--json").stdout)) == members


@pytest.mark.parametrize(
    ("minutes", "said"),
    [("5", b"not enrolled"), ("-1", b"minutes"), ("nan", b"minutes"), ("1e9", b"minutes"), ("x", b"invalid float")],
)
def test_the_windows_updates_need_an_enrolment_and_a_sound_number(run_scanner, minutes, said):
    done = run_scanner("run", f"--update-every={minutes}")
    assert done.returncode == 2
    assert said.replace(b"not enrolled", b"needs a device that is enrolled") in done.stderr
    assert b"Traceback" not in done.stderr
