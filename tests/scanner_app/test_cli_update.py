"""`checkpoint-scanner update`, `trust`, and verdicts by an updated folder; the last with the real publisher."""

import json
import subprocess
import sys
import time

import pytest

from keys.client.store import DeviceStore
from keys.store import KeyStore
from scanner_app.device import chosen
from scanner_app.notices import Notices
from tests.keys.client.repository import DAY, PASS_SIGNER, Repository, role_of
from tests.scanner_app.conftest import ROOT
from vaccine_pass.revocation.serial_list import encode_base
from vaccine_pass.revocation.serial_set import SerialSet


@pytest.fixture
def now():
    return int(time.time())


@pytest.fixture
def stick(tmp_path, now):
    """A stick with today's channel on it; its folder."""
    return Repository(now).write_to(tmp_path / "stick")


@pytest.fixture
def device(run_scanner, stick, tmp_path):
    """The folder of a device that was enrolled from the stick."""
    result = run_scanner("update", "--from", stick, "--root", stick / "metadata" / "1.root.json")
    assert (result.returncode, result.stderr) == (0, b"")
    return tmp_path / "instance" / "scanner"


def answer_of(result):
    return json.loads(result.stdout)


def test_a_pass_is_accepted_by_the_installed_update(run_scanner, device, a_person):
    result = run_scanner("verify", "--json", stdin=a_person().text(PASS_SIGNER).encode())
    assert answer_of(result)["outcome"] == "accepted"
    assert (device / "last-seen").exists()


def test_the_folder_may_be_named(run_scanner, device, a_person):
    result = run_scanner("verify", "--json", "--trust", device, stdin=a_person().text(PASS_SIGNER).encode())
    assert answer_of(result)["outcome"] == "accepted"


def test_a_folder_with_trust_json_works_as_ever(run_scanner, trust_file, signer, a_person):
    result = run_scanner("verify", "--json", "--trust", trust_file.parent, stdin=a_person().text(signer).encode())
    assert answer_of(result)["outcome"] == "accepted"


def test_a_revoked_pass_is_refused(run_scanner, tmp_path, now, a_person):
    repository = Repository(now)
    repository.put("revocation/base.bin", encode_base(SerialSet.of([a_person().serial]), 2, now), now)
    run_scanner("update", "--from", repository.write_to(tmp_path / "s"), "--root", tmp_path / "s/metadata/1.root.json")
    result = run_scanner("verify", "--json", stdin=a_person().text(PASS_SIGNER).encode())
    assert answer_of(result)["reason"] == "revoked"


def test_without_any_list_of_revoked_passes_nothing_can_be_told(run_scanner, tmp_path, now, a_person):
    repository = Repository(now)
    del repository.targets["revocation/base.bin"]
    repository.publish(now, "revocation")
    done = run_scanner(
        "update", "--from", repository.write_to(tmp_path / "s"), "--root", tmp_path / "s/metadata/1.root.json"
    )
    assert b"No list of revoked passes" in done.stdout
    good, altered = a_person().text(PASS_SIGNER), a_person().text(PASS_SIGNER)[:-8] + "AAAAAAAA"
    result = run_scanner("verify", "--json", stdin=f"{good}\n{altered}\n".encode())
    first, second = map(json.loads, result.stdout.splitlines())
    assert (first["outcome"], first["reason"]) == ("cannot_tell", "no_trust")
    assert second["outcome"] == "refused"


def test_old_data_cannot_tell_and_at_overrides_the_floor(run_scanner, device, a_person, now):
    text = a_person().text(PASS_SIGNER).encode()
    late = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + 22 * DAY))
    assert answer_of(run_scanner("verify", "--json", "--at", late, stdin=text))["reason"] == "trust_too_old"
    early = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - 60 * DAY))
    assert answer_of(run_scanner("verify", "--json", "--at", early, stdin=text))["reason"] != "trust_too_old"


def test_a_last_seen_time_in_the_future_tells_nothing_until_a_supervised_reset(
    run_scanner, device, stick, a_person, now
):
    text = a_person().text(PASS_SIGNER).encode()
    (device / "last-seen").write_text(str(float(now + 300 * DAY)))
    assert answer_of(run_scanner("verify", "--json", stdin=text))["outcome"] != "accepted"
    refused = run_scanner("update", "--from", stick)
    assert refused.returncode == 1
    assert b"`checkpoint-scanner trust` says what that time is" in refused.stderr
    said = run_scanner("trust").stdout.decode()
    assert f"this device has been at {time.strftime('%Y-%m-%d', time.gmtime(now + 300 * DAY))}" in said
    assert "If it is right: checkpoint-scanner update --reset-time, under supervision." in said
    assert run_scanner("update", "--from", stick, "--reset-time").returncode == 0
    assert "The clock says" not in run_scanner("trust").stdout.decode()
    assert answer_of(run_scanner("verify", "--json", stdin=text))["outcome"] == "accepted"


def test_a_reset_of_the_time_comes_with_an_update_or_not_at_all(run_scanner, device, stick, now):
    ahead = str(float(now + 300 * DAY))
    (device / "last-seen").write_text(ahead)
    timestamp = (stick / "metadata" / "timestamp.json").read_bytes()
    (stick / "metadata" / "timestamp.json").unlink()
    assert run_scanner("update", "--from", stick, "--reset-time").returncode == 1
    assert (device / "last-seen").read_text() == ahead
    (stick / "metadata" / "timestamp.json").write_bytes(timestamp)
    assert run_scanner("update", "--from", stick, "--reset-time").returncode == 0
    assert float((device / "last-seen").read_text()) < now + DAY


def test_trust_says_in_words_and_as_a_receipt_what_the_device_holds(run_scanner, device):
    words = run_scanner("trust")
    assert words.returncode == 0
    for part in ("signers' keys", "revoked passes", "vaccine table", "today: fresh"):
        assert part in words.stdout.decode()
    receipt = answer_of(run_scanner("trust", "--json"))
    assert receipt["format"] == "checkpoint-receipt/1"
    assert receipt["roles"]["keys"]["version"] == 1
    assert all(len(digest) == 64 for digest in receipt["files"].values())


def test_trust_ends_with_1_when_the_list_that_holders_approved_is_alone_too_old(run_scanner, tmp_path, now, a_person):
    repository = Repository(now - 22 * DAY)
    del repository.targets["revocation/base.bin"]
    repository.targets["unrevocation/approved.bin"] = encode_base(SerialSet(), 1, now)
    repository.publish(now - 22 * DAY, "unrevocation")
    repository.publish(now, "root", "targets", "keys", "rules-79", "revocation")
    stick = repository.write_to(tmp_path / "s")
    assert run_scanner("update", "--from", stick, "--root", stick / "metadata/1.root.json").stderr == b""
    result = run_scanner("verify", "--json", stdin=a_person().text(PASS_SIGNER).encode())
    assert answer_of(result)["reason"] == "trust_too_old"
    assert run_scanner("trust").returncode == 1


def test_a_refused_update_is_one_sentence_and_exit_1(run_scanner, device, stick):
    (stick / "metadata" / "timestamp.json").unlink()
    result = run_scanner("update", "--from", stick)
    assert result.returncode == 1
    assert result.stderr.count(b"\n") == 1
    assert b"metadata/timestamp.json is missing" in result.stderr
    assert b"[update_incomplete]" in result.stderr


def test_an_update_that_has_to_wait_for_another_says_so_at_once(device, stick, tmp_path):
    with DeviceStore(device).locked():
        command = [sys.executable, "-m", "scanner_app.cli", "update", "--from", str(stick)]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        second = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        said = second.stderr.readline()
        assert said == b"checkpoint-scanner: another update of this device is running; waiting for it.\n"
        assert second.poll() is None
    out, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert out.startswith(b"Nothing new")


@pytest.mark.parametrize("where", ["nowhere", "ftp://x/y"])
def test_a_place_that_is_none_is_told(run_scanner, where):
    result = run_scanner("update", "--from", where)
    assert result.returncode in {1, 2}
    assert result.stderr.count(b"\n") == 1


@pytest.mark.parametrize("command", [["trust"], ["trust", "--json"], ["update", "--from", "."]])
def test_an_empty_device_is_told(run_scanner, command):
    result = run_scanner(*command)
    assert result.returncode in {1, 2}
    assert result.stderr.count(b"\n") == 1


def test_judging_loads_neither_a_network_nor_tuf(run_scanner, device, tmp_path):
    code = (
        "import sys; from scanner_app.cli import main; main(['verify', '--json']); "
        "sys.exit(any(name in sys.modules for name in ('tuf', 'http.client', 'urllib3', 'keys.client.http')))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], input=b"hello\n", capture_output=True, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, timeout=60,
    )  # fmt: skip
    assert (result.returncode, result.stderr) == (0, b"")


def test_a_demonstration_says_so_on_the_screen_and_in_words(run_scanner, tmp_path, now):
    stick = Repository(now, demo=True).write_to(tmp_path / "stick")
    result = run_scanner("update", "--from", stick, "--root", stick / "metadata" / "1.root.json")
    assert b"DEMONSTRATION" in result.stdout
    device = chosen(tmp_path / "instance" / "scanner")
    notices = Notices(device.trust, "vi", "", is_demo=device.is_demo)
    assert notices.age(now).startswith("DEMO")
    assert notices.is_loud(now)


def test_a_damaged_set_is_named_and_the_good_one_before_goes_on(run_scanner, device, stick, tmp_path, now, a_person):
    again = Repository(now)
    assert role_of("rules/79/rules.json") == "rules-79"
    fresh = tmp_path / "other"
    root = again.write_to(tmp_path / "s2") / "metadata" / "1.root.json"
    run_scanner("update", "--from", tmp_path / "s2", "--root", root, "--trust", fresh)
    again.put("rules/79/rules.json", b"[3]", now).write_to(tmp_path / "s2")
    run_scanner("update", "--from", tmp_path / "s2", "--trust", fresh)
    name = (fresh / "current").read_text()
    (fresh / "sets" / name / "manifest.json").write_text("")
    result = run_scanner("verify", "--json", "--trust", fresh, stdin=a_person().text(PASS_SIGNER).encode())
    assert answer_of(result)["outcome"] == "accepted"
    assert b"damaged" in result.stderr


def test_from_the_publisher_to_the_verdict(run_scanner, tmp_path, a_person):
    """The journey: keys and channel made by command, a stick, an update, a pass by the channel's own signer."""

    def keys(*arguments):
        command = [sys.executable, "-m", "keys.cli", *map(str, arguments)]
        environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True, timeout=60)

    keys("init", "--demo")
    for out in ("stick", "bundle.zip"):
        keys("export-bundle", "--out", out)
    update = run_scanner("update", "--from", "bundle.zip", "--root", "stick/metadata/1.root.json")
    assert (update.returncode, update.stderr) == (0, b"")
    assert b"DEMONSTRATION" in update.stdout
    assert b"Nothing new" in run_scanner("update", "--from", "stick").stdout
    store = KeyStore(tmp_path / "instance" / "keys")
    signer = next(entry for entry in store.signers() if entry.form == "domestic")
    text = a_person().text(store.open_key(signer), now=time.time() + 3600)
    assert answer_of(run_scanner("verify", "--json", stdin=text.encode()))["outcome"] == "accepted"
    stranger = a_person().text(PASS_SIGNER)
    assert answer_of(run_scanner("verify", "--json", stdin=stranger.encode()))["reason"] == "unknown_signer"
