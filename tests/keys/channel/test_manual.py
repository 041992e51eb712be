"""The operations manual's own commands, block by block, from an empty folder to a recovered root."""

import os
import re
import subprocess
import sys
from pathlib import Path

from keys.channel.place import Channel
from keys.entry import KeyStatus
from keys.store import KeyStore

MANUAL = Path(__file__).parents[3] / "docs" / "operations.md"
# The real program, with keys that open fast, and a clock that the manual's words set forward.
PROGRAM = """#!{python}
import os, pathlib, sys, time
from keys import cli, pkcs8
pkcs8.SCRYPT_COST = 2
os.fsync = lambda descriptor: None
days = int(pathlib.Path("{days}").read_text())
sys.exit(cli.main(now=int(time.time()) + days * 86_400))
"""
NUMBERS = {"Six": 6, "24": 24}


def parts_of(section):
    """The blocks of a section in their order, each with its heading and the days that pass before it."""
    text = MANUAL.read_text().split(f"\n## {section}\n")[1].split("\n## ")[0]
    for chapter in text.split("\n### "):
        days = 0
        for match in re.finditer(r"^(\w+) days later|```sh\n(.*?)```", chapter, re.DOTALL | re.MULTILINE):
            if match[1]:
                days = NUMBERS[match[1]]
            else:
                yield chapter.splitlines()[0], days, match[2]
                days = 0


def a_program(top, tmp_path):
    bin_folder, days = tmp_path / "bin", tmp_path / "days"
    bin_folder.mkdir()
    (bin_folder / "checkpoint-keys").write_text(PROGRAM.format(python=sys.executable, days=days))
    (bin_folder / "checkpoint-keys").chmod(0o755)
    environment = {
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(MANUAL.parents[1]),
        "LANG": "C.UTF-8",
    }

    def run(block, day):
        days.write_text(str(day))
        done = subprocess.run(["sh", "-eu", "-c", block], cwd=top, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


def test_the_manuals_blocks_run_from_an_empty_folder_to_a_recovered_root(tmp_path):
    top = tmp_path / "empty"
    top.mkdir()
    run = a_program(top, tmp_path)
    parts = list(parts_of("Trust channel"))
    day, said = 0, {}
    for heading, days, block in parts:
        day += days
        said[heading] = run(block, day)
    assert len(parts) >= 14
    assert "DEMONSTRATION" in said["Trying it out"]
    assert "DEMONSTRATION" not in said["The first day"]
    assert [(it.status, it.spare) for it in KeyStore(top / "instance" / "keys").signers() if it.form == "travel"] == [
        (KeyStatus.RETIRED, False),  # of the first day
        (KeyStatus.ACTIVE, True),  # the spare, after the theft
        (KeyStatus.REVOKED, False),  # of the month
    ]
    assert not list((top / "safe").rglob("private.pem"))[1:]  # the domestic spare is still there
    channel = Channel(top / "instance" / "channel")
    release = channel.current()
    assert {held.holder for held in release.holdings().of("root")} == {"An", "Binh", "Chi", "Hai", "Giang"}
    assert not list((channel.online / "first").glob("*.pem"))
    assert (top / "usb" / "metadata" / "1.root.json").exists()
    assert len(list(channel.minutes.iterdir())) == 7
