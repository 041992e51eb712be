"""`make demo` and `make run` from start to end, with keys and data in a folder of the test's own."""

import os
import re
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import pytest

from keys import cli
from keys.store import KeyStore

DAY = 86_400


@pytest.fixture
def scripts(root, tmp_path):
    """Run a script of setup/ as make does, without a screen."""
    if not (root / ".venv/bin/checkpoint-server").exists():
        pytest.skip("the scripts run from ./.venv, which is not there: run make test")
    environment = {name: value for name, value in os.environ.items() if "DISPLAY" not in name}
    environment["INSTANCE"] = str(tmp_path / "instance")

    def start(name, **more):
        # A job in the background is started deaf to Ctrl-C, and so are its children: not these.
        command = ["env", "--default-signal=INT", root / "setup" / name]
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, env=environment | more, text=True, start_new_session=True, **pipes)

    return start


@contextmanager
def ended(process):
    """Whatever happens, nothing that was started stays behind."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=60)


def test_the_demo_accepts_a_pass_and_refuses_the_altered_one(scripts, tmp_path):
    with ended(scripts("demo")) as demo:
        said, _ = demo.communicate(timeout=60)

    assert demo.returncode == 0, said
    assert re.findall(r'"outcome": "(\w+)"', said) == ["accepted", "refused"]
    assert re.findall(r"^(ACCEPTED|REFUSED)", said, re.MULTILINE) == ["ACCEPTED", "REFUSED"]
    names = {path.name for path in (tmp_path / "instance/demo").iterdir()}
    assert {"pass.png", "altered.png", "trust.json"} <= names


def test_the_site_serves_scans_and_stops(scripts, tmp_path):
    with ended(scripts("run-demo-site", STOP_AFTER_SAMPLE="1")) as site:
        said, _ = site.communicate(timeout=100)

    assert site.returncode == 0, said
    assert "no screen here" in said
    assert "DEMONSTRATION: one holder signs for every role" in said
    assert len(re.findall(r"^ACCEPTED", said, re.MULTILINE)) == len(list((tmp_path / "instance/sample").glob("*.png")))
    assert not answers(said)


def test_an_instance_of_before_the_trust_channel_goes_on(scripts, tmp_path):
    """Its signers stay, so that the passes they signed stay good."""
    instance = tmp_path / "instance"
    keys_command("init", instance, time.time() - 3 * DAY)
    kids = {signer.kid for signer in KeyStore(instance / "keys").signers()}
    with ended(scripts("run-demo-site", STOP_AFTER_SAMPLE="1")) as site:
        said, _ = site.communicate(timeout=100)

    assert site.returncode == 0, said
    now = KeyStore(instance / "keys").signers()
    assert {signer.kid for signer in now if not signer.spare} == kids
    assert sum(signer.spare for signer in now) == 2


def test_a_demonstration_that_was_left_for_a_month_is_signed_again(scripts, tmp_path):
    instance = tmp_path / "instance"
    keys_command("init", instance, time.time() - 40 * DAY, "--demo")
    with ended(scripts("run-demo-site", STOP_AFTER_SAMPLE="1")) as site:
        said, _ = site.communicate(timeout=100)

    assert site.returncode == 0, said
    assert "signs again what has become old" in said
    assert not re.search("^(REFUSED|CANNOT TELL)", said, re.MULTILINE)


def test_ctrl_c_stops_the_server(scripts):
    with ended(scripts("run-demo-site")) as site:
        said = ""
        for line in site.stdout:
            said += line
            if "until Ctrl-C" in line:
                assert answers(said)
                os.killpg(site.pid, signal.SIGINT)
        site.wait(timeout=30)

    assert "the server has stopped" in said
    assert not answers(said)


def keys_command(command, instance, now, *more):
    """`checkpoint-keys` on an instance, at a time of the past."""
    places = ["--keys", str(instance / "keys"), "--channel", str(instance / "channel")]
    assert cli.main([command, *more, *places], now=int(now)) == 0


def answers(said):
    """Whether something still listens where the script said that the server answers."""
    port = int(re.search(r"the server answers at http://127\.0\.0\.1:(\d+)/", said)[1])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
