import subprocess
import sys

from bench.watched import peak_mb


def held(megabytes):
    work = f"data = bytearray({megabytes} << 20); data[::4096] = bytes(len(data[::4096]))"
    wait = "import select; select.select([], [], [], 0.2)"
    return peak_mb(subprocess.Popen([sys.executable, "-c", f"{work}; {wait}"]))


def test_the_peak_is_that_of_the_program_and_not_of_who_started_it():
    ours = bytearray(300 << 20)
    ours[::4096] = bytes(len(ours[::4096]))
    assert held(1) < 100
    assert 100 < held(110) < 200
