"""How the three commands end when something around them is missing: an app's packages, or a reader."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = {
    "checkpoint-keys": "keys.cli",
    "checkpoint-scanner": "scanner_app.cli",
    "checkpoint-server": "verifier_server.cli",
}
WITHOUT = [
    ("checkpoint-scanner", "scanner", "cv2", ["verify", "x.png"]),
    ("checkpoint-scanner", "scanner", "cv2", ["decode", "x.png"]),
    ("checkpoint-scanner", "scanner", "kivy", ["run"]),
    ("checkpoint-server", "server", "flask", ["init-db"]),
    ("checkpoint-server", "server", "sqlalchemy", ["issue", "--in", "x.csv", "--out", "o"]),
]


def called(tmp_path, program, arguments, *, lacks=None, **streams):
    """Call a command as its console script does, in an empty folder, as if a package were not installed."""
    module = PROGRAMS[program]
    lack = f"sys.modules[{lacks!r}] = None; " if lacks else ""
    code = f"import sys; {lack}from {module} import main; sys.exit(main())"
    command = [sys.executable, "-c", code, *arguments]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "KIVY_NO_ARGS": "1"}
    return subprocess.run(
        command, cwd=tmp_path, env=environment, text=True, timeout=60, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, check=False, **streams,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("program", "extra", "package", "arguments"), WITHOUT, ids=[f"{row[0]} without {row[2]}" for row in WITHOUT]
)
def test_without_its_packages_a_command_names_the_extra_in_one_sentence(tmp_path, program, extra, package, arguments):
    (tmp_path / "x.png").write_bytes(b"")
    done = called(tmp_path, program, arguments, lacks=package, stdout=subprocess.PIPE)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f'{program}: the package {package} is not installed; run: pip install "checkpoint-qr[{extra}]"\n'
    )


def test_a_missing_module_of_our_own_is_no_missing_extra(tmp_path):
    done = called(tmp_path, "checkpoint-scanner", ["decode", "x.png"], lacks="scanner_app.decoding", stdout=-1)
    assert "Traceback" in done.stderr
    assert "pip install" not in done.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_help_to_a_closed_reader_causes_no_traceback(tmp_path, program):
    assert to_a_closed_reader(tmp_path, program, ["--help"]) == (1, "")


def test_the_keys_status_to_a_closed_reader_causes_no_traceback(tmp_path):
    assert called(tmp_path, "checkpoint-keys", ["init"], stdout=subprocess.PIPE).returncode == 0
    for arguments in (["status"], ["status", "--json"]):
        assert to_a_closed_reader(tmp_path, "checkpoint-keys", arguments) == (1, "")


def test_a_staff_password_to_a_closed_reader_causes_no_traceback(tmp_path):
    assert called(tmp_path, "checkpoint-server", ["init-db"], stdout=subprocess.PIPE).returncode == 0
    code, said = to_a_closed_reader(
        tmp_path, "checkpoint-server", ["add-staff", "--email", "a@example.vn", "--role", "clerk", "--site", "A"]
    )
    assert code == 1
    assert "Traceback" not in said
    assert "BrokenPipe" not in said


def to_a_closed_reader(tmp_path, program, arguments):
    """(exit code, what was said) of a command whose output nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = called(tmp_path, program, arguments, stdout=writing)
    finally:
        os.close(writing)
    return done.returncode, done.stderr
