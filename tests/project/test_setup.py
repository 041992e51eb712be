"""The set-up scripts, run in a folder of their own with made-up programs in the place of pip and apt."""

import os
import re
import shutil
import subprocess

import pytest

PACKAGE_LINE = re.compile(r"^(\S+)\s+((?:run|test)!?(?:,(?:run|test)!?)*)\s+(\S.{10,})$")
SCRIPTS = ["setup/environment", "setup/system-packages", "setup/demo", "setup/run-demo-site", "setup/lock", ".ci/run"]
EVERYTHING = "dpkg-query", "echo -n installed"
NOTHING = "dpkg-query", "exit 1"
ROOT_USER = "id", "echo 0"
PLAIN_USER = "id", "echo 1000"
NO_SUDO = "sudo", "exit 1"


class Place:
    """A copy of what the set-up reads, with programs that write down how they were called."""

    def __init__(self, root, folder):
        self.folder = folder
        for name in ("setup", "locks"):
            shutil.copytree(root / name, folder / name)
        for name in ("setup.cfg", "pyproject.toml"):
            shutil.copy(root / name, folder / name)
        self.programs = folder / "programs"
        self.programs.mkdir()

    def program(self, name, body, where=None):
        path = (where or self.programs) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/bin/sh\necho "{name} $*" >>"{self.folder}/calls"\n{body}\n', encoding="utf-8")
        path.chmod(0o755)

    def run(self, script, *arguments):
        path = f"{self.programs}:{os.environ['PATH']}"
        command = [self.folder / script, *arguments]
        environment = {**os.environ, "PATH": path}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def calls(self):
        path = self.folder / "calls"
        return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def place(root, tmp_path):
    return Place(root, tmp_path)


def test_a_second_set_up_does_nothing(place):
    place.program("python", "exit 0", where=place.folder / ".venv/bin")

    first = place.run("setup/environment")
    calls_of_the_first = place.calls()
    second = place.run("setup/environment")

    assert (first.returncode, second.returncode) == (0, 0)
    assert "--require-hashes" in calls_of_the_first
    assert "--editable ." in calls_of_the_first
    assert place.calls() == calls_of_the_first
    assert second.stdout == second.stderr == ""


def test_a_changed_lock_is_installed(place):
    place.program("python", "exit 0", where=place.folder / ".venv/bin")
    place.run("setup/environment")
    with (place.folder / "locks/dev.txt").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")

    assert "installing" in place.run("setup/environment").stdout


def test_a_set_up_that_failed_is_tried_again(place):
    place.program("python", 'case "$*" in *install*) exit 1;; esac', where=place.folder / ".venv/bin")

    assert place.run("setup/environment").returncode != 0
    assert place.run("setup/environment").returncode != 0


def test_a_missing_venv_is_named_in_one_line(place):
    place.program("python3.11", 'case "$*" in *ensurepip*) exit 1;; esac')
    for program in (PLAIN_USER, NO_SUDO):
        place.program(*program)

    result = place.run("setup/environment")

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "setup: Python's venv is missing; run: sudo apt-get install --yes --no-install-recommends python3-venv"
    ]


def test_system_packages_that_are_there_are_left_alone(place):
    place.program(*EVERYTHING)
    place.program("apt-get", "exit 1")

    result = place.run("setup/system-packages", "test")

    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert "apt-get" not in place.calls()


def test_missing_system_packages_are_installed_by_root(place):
    for program in (NOTHING, ROOT_USER, ("apt-get", "exit 0")):
        place.program(*program)

    assert place.run("setup/system-packages", "test").returncode == 0
    assert "apt-get update" in place.calls()
    assert re.search(r"apt-get install .*--no-install-recommends .*\bxvfb\b", place.calls())


@pytest.mark.parametrize(("target", "code"), [("run", 0), ("test", 1)])
def test_who_may_not_install_is_told_what_is_missing_in_one_line(place, target, code):
    for program in (NOTHING, PLAIN_USER, NO_SUDO, ("apt-get", "exit 0")):
        place.program(*program)

    result = place.run("setup/system-packages", target)

    assert result.returncode == code
    (line,) = result.stderr.splitlines()
    assert "sudo apt-get install" in line
    assert "libzbar0" in line
    assert "apt-get" not in place.calls()


def test_every_system_package_says_who_wants_it_and_why(root):
    lines = (root / "setup/system-packages.txt").read_text(encoding="utf-8").splitlines()
    packages = [line for line in lines if line and not line.startswith("#")]

    assert [line for line in packages if not PACKAGE_LINE.match(line)] == []
    assert len({line.split()[0] for line in packages}) == len(packages)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_can_be_run_and_has_no_error_of_syntax(root, script):
    path = root / script
    shell = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("#!")

    assert path.stat().st_mode & 0o111 == 0o111
    assert subprocess.run([shell, "-n", path], check=False).returncode == 0
