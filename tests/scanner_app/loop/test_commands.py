"""`show-update --frames` and `update --from-camera`, as others call them."""

import json
import subprocess
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import cv2
import pytest

from keys.client.store import DeviceStore
from keys.loop import keeping
from scanner_app.decoding import Decoder
from tests.conftest import ROOT
from tests.keys.client.repository import DAY, PASS_SIGNER, Repository
from tests.keys.loop.builders import a_larger, a_loop


def answer_of(result):
    return json.loads(result.stdout)


def device_at(tmp_path, name="second"):
    return DeviceStore(tmp_path / name)


def said(result):
    """What a command that failed says: one sentence, no traceback."""
    lines = [line for line in result.stderr.decode().splitlines() if line.startswith("checkpoint-scanner:")]
    assert len(lines) == 1
    assert "Traceback" not in result.stderr.decode()
    return lines[0]


@pytest.mark.parametrize("name", ["frames", "frames.avi", "frames.gif"])
def test_one_device_writes_its_frames_and_they_are_all_there(run_scanner, first_device, tmp_path, name):
    result = run_scanner("show-update", "--frames", tmp_path / name)
    texts = keeping.kept(first_device).texts()
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode().startswith(f"{len(texts)} frames")
    if name == "frames":
        pictures = sorted((tmp_path / name).iterdir())
        assert [Decoder().read(cv2.imread(str(path), 0)) for path in pictures] == [[text] for text in texts]


@pytest.mark.parametrize("name", ["frames", "frames.avi"])
def test_another_device_is_enrolled_from_them_and_accepts_a_pass(
    run_scanner, first_device, root_file, tmp_path, a_person, name
):
    run_scanner("show-update", "--frames", tmp_path / name)
    second = tmp_path / "second"
    result = run_scanner("update", "--from-camera", tmp_path / name, "--root", root_file, "--trust", second)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(b"Updated.\n")
    assert b"Taking the update: 100%, verified and switched to.\n" in result.stderr
    verdict = run_scanner("verify", "--json", "--trust", second, stdin=a_person().text(PASS_SIGNER).encode())
    assert answer_of(verdict)["outcome"] == "accepted"
    again = run_scanner("update", "--from-camera", tmp_path / name, "--trust", second)
    assert (again.returncode, again.stdout.split(b"\n")[0][:12]) == (0, b"Nothing new:")


def test_the_second_device_shows_it_on_to_a_third(run_scanner, first_device, root_file, tmp_path):
    run_scanner("show-update", "--frames", tmp_path / "a")
    run_scanner("update", "--from-camera", tmp_path / "a", "--root", root_file, "--trust", tmp_path / "second")
    run_scanner("show-update", "--trust", tmp_path / "second", "--frames", tmp_path / "b")
    run_scanner("update", "--from-camera", tmp_path / "b", "--root", root_file, "--trust", tmp_path / "third")
    assert keeping.kept(device_at(tmp_path, "third")).texts() == keeping.kept(first_device).texts()


def test_a_stick_brings_the_loop_with_it(run_scanner, channel, root_file, tmp_path):
    stick = channel.write_to(tmp_path / "stick")
    (stick / "loop").mkdir()
    (stick / "loop" / "update.loop").write_bytes(a_loop(channel).to_bytes())
    assert run_scanner("update", "--from", stick, "--root", root_file).returncode == 0
    assert run_scanner("show-update", "--frames", tmp_path / "frames").returncode == 0


def test_a_publishers_file_is_shown_and_taken(run_scanner, channel, root_file, tmp_path):
    file = tmp_path / "update.loop"
    file.write_bytes(a_loop(channel).to_bytes())
    assert run_scanner("show-update", "--from", file, "--frames", tmp_path / "frames").returncode == 0
    assert run_scanner("update", "--from", file, "--root", root_file).returncode == 0


def test_a_loop_that_breaks_off_leaves_the_device_and_says_how_far_it_came(
    run_scanner, first_device, root_file, tmp_path
):
    run_scanner("show-update", "--frames", tmp_path / "frames")
    for path in sorted((tmp_path / "frames").iterdir())[5:]:
        path.unlink()
    result = run_scanner(
        "update", "--from-camera", tmp_path / "frames", "--root", root_file, "--trust", tmp_path / "second"
    )
    assert result.returncode == 1
    assert "% was seen)" in said(result)
    assert not device_at(tmp_path).exists()


def test_a_forged_loop_and_an_older_one_are_refused_in_one_sentence(run_scanner, first_device, channel, tmp_path):
    thief = Repository(int(time.time()))
    for name, other in (("forged", a_larger(thief, 3000)), ("older", None)):
        file = tmp_path / f"{name}.loop"
        file.write_bytes(a_loop(other or channel).to_bytes())
    channel.publish(int(time.time()), "keys")
    run_scanner("update", "--from", channel.write_to(tmp_path / "stick"))
    for name, word in (("forged", "not believed"), ("older", "older state")):
        run_scanner("show-update", "--from", tmp_path / f"{name}.loop", "--frames", tmp_path / name)
        result = run_scanner("update", "--from-camera", tmp_path / name)
        assert result.returncode == 1
        assert word in said(result)
        assert result.stderr.decode().count(word) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["show-update"], 1),  # nothing held
        (["show-update", "--rate", "50"], 2),
        (["show-update", "--from", "missing.loop"], 1),
        (["show-update", "--size", "1x1"], 2),
        (["update", "--from-camera", "missing"], 1),
        (["update", "--from-camera", "."], 1),
    ],
)
def test_what_cannot_be_done_is_told(run_scanner, root_file, arguments, code):
    rest = ["--root", root_file] if arguments[0] == "update" else []
    result = run_scanner(*arguments, *rest)
    assert result.returncode == code
    assert said(result)


def test_frames_of_an_unknown_kind_are_a_wrong_call(run_scanner, first_device):
    result = run_scanner("show-update", "--frames", "frames.txt")
    assert result.returncode == 2
    assert ".gif" in said(result)


def test_a_camera_and_a_source_together_are_a_wrong_call(run_scanner):
    result = run_scanner("update", "--from", ".", "--from-camera", "0")
    assert result.returncode == 2


def test_a_picture_without_any_code_is_told(run_scanner, root_file, tmp_path):
    from bench.people import frame_with, write_frame

    (tmp_path / "empty").mkdir()
    write_frame(tmp_path / "empty" / "a.png", frame_with())
    result = run_scanner("update", "--from-camera", tmp_path / "empty", "--root", root_file)
    assert result.returncode == 1
    assert "no code of a trust update" in said(result)


def test_data_of_a_week_ago_is_shown_with_its_date_and_said_to_have_ended():
    from scanner_app.loop import labels
    from scanner_app.loop.facts import facts_of

    now = int(time.time())
    facts = facts_of(a_loop(Repository(now - 7 * DAY, demo=True)))
    assert facts.ends_at < now
    day = time.strftime("%d/%m/%Y", time.gmtime(now - 7 * DAY + 7 * 3600))  # in Vietnam
    assert labels.signed(facts, "vi") == f"DEMO · Ký ngày {day}"
    assert labels.signed(facts, "en").startswith("DEMO · Signed on 20")


def test_an_update_over_http_brings_the_loop_with_it(run_scanner, channel, root_file, tmp_path):
    stick = channel.write_to(tmp_path / "site")
    (stick / "loop").mkdir()
    (stick / "loop" / "update.loop").write_bytes(a_loop(channel).to_bytes())
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(stick)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        assert run_scanner("update", "--from", address, "--root", root_file).returncode == 0
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert run_scanner("show-update", "--frames", tmp_path / "frames").returncode == 0


def test_judging_and_the_window_load_no_tuf_for_the_loop(tmp_path):
    code = (
        "import sys, scanner_app.cli, scanner_app.cli_run, scanner_app.own_codes; "
        "sys.exit(any(name in sys.modules for name in ('tuf', 'http.client', 'urllib3')))"
    )
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, timeout=60, check=False)
    assert result.returncode == 0
