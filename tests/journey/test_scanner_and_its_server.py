"""A scanner is enrolled by a picture, updates over the network, and its receipt reaches the holders' status.

Everything is the real thing: the commands in processes of their own, the server under gunicorn, the channel
that `checkpoint-keys` published, the device's own key. Nothing leaves this machine.
"""

import json
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.verifier_server.serving import running

POST = "79-CLT-1"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with keys, a published channel, a database and a root to hand over."""
    folder = tmp_path_factory.mktemp("journey")
    call("keys.cli", "init", "--demo", cwd=folder)
    call("verifier_server.cli", "init-db", cwd=folder)
    call("keys.cli", "export-bundle", "--out", "stick", cwd=folder)
    (folder / "root.json").write_bytes((folder / "stick" / "metadata" / "1.root.json").read_bytes())
    return folder


@pytest.fixture(scope="module")
def enrolled(folder):
    """The device's folder after enrolment by picture and its first update, and the server's address."""
    with running(folder / "instance", workers=1) as address:
        call("verifier_server.cli", "scanners", "enrol", POST, "--out", "code.png", "--server", address, cwd=folder)
        call("scanner_app.cli", "enrol", "code.png", "--trust", "device", cwd=folder)
        call("scanner_app.cli", "update", "--root", "root.json", "--trust", "device", cwd=folder)
        yield address


def run(module, *arguments, cwd):
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def call(module, *arguments, cwd):
    """Run one of the project's commands as its user does, and return what it printed."""
    done = run(module, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def device_of(folder):
    return json.loads((folder / "device" / "enrolled.json").read_text())["device"]


def test_the_servers_list_shows_the_scanner_and_that_its_data_is_fresh(folder, enrolled):
    (line,) = call("verifier_server.cli", "scanners", "list", "--json", cwd=folder).splitlines()
    listed = json.loads(line)
    assert (listed["device"], listed["post"]) == (device_of(folder), POST)
    assert (listed["standing"], listed["days"]) == ("fresh", 0)


def test_the_code_works_once(folder, enrolled):
    other = run("scanner_app.cli", "enrol", "code.png", "--trust", "other", cwd=folder)
    assert other.returncode == 1
    assert "used already" in other.stderr
    call("scanner_app.cli", "enrol", "code.png", "--trust", "device", cwd=folder)


def test_the_scanner_judges_by_what_the_server_gave_it(folder, enrolled):
    words = call("scanner_app.cli", "trust", "--trust", "device", cwd=folder)
    assert f"post {POST}" in words
    assert enrolled in words
    assert "DEMONSTRATION" in words
    again = call("scanner_app.cli", "update", "--trust", "device", cwd=folder)
    assert "Nothing new" in again
    assert "Receipt sent" in again


def status_with_receipts(folder):
    call("verifier_server.cli", "scanners", "export", "--out", "scanners.json", cwd=folder)
    return call("keys.cli", "status", "--receipts", "scanners.json", cwd=folder)


def test_a_receipt_reaches_the_status_of_the_holders_before_and_after_the_scanner_knows_a_new_key(folder, enrolled):
    call("keys.cli", "new", "--form", "domestic", "--name", "next", cwd=folder)
    call("keys.cli", "rotate", cwd=folder)
    assert "0% of 1 scanners hold it" in status_with_receipts(folder)
    assert "Updated." in call("scanner_app.cli", "update", "--trust", "device", cwd=folder)
    assert "100% of 1 scanners hold it" in status_with_receipts(folder)
    (entry,) = json.loads((folder / "scanners.json").read_text())["scanners"]
    assert (entry["device"], entry["post"]) == (device_of(folder), POST)


def test_a_receipt_is_carried_by_hand(folder, enrolled):
    call("scanner_app.cli", "receipt", "--out", "receipt.jws", "--trust", "device", cwd=folder)
    said = call("verifier_server.cli", "scanners", "import-receipts", "receipt.jws", cwd=folder)
    assert "0 refused" in said


def test_a_withdrawn_scanner_still_updates_and_is_told_that_its_receipt_is_not_wanted(folder, enrolled):
    call("verifier_server.cli", "scanners", "withdraw", device_of(folder), cwd=folder)
    done = run("scanner_app.cli", "update", "--trust", "device", cwd=folder)
    assert done.returncode == 0
    assert "withdrawn" in done.stderr
