"""A real PostgreSQL for the tests: started on a free port in a folder of its own, stopped at the end."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


def programs() -> Path | None:
    """Where Debian's newest PostgreSQL keeps its programs, or None."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
    return found[-1].parent if found else None


def someone_else() -> str | None:
    """The account to run it as, since it refuses to run as root; None: as whoever runs the tests."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return "nobody"


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Start a server, give its URL without the database's name, and stop it; `durable`: with fsync, as in earnest."""
    bin_folder, user = programs(), someone_else()
    folder = Path(tempfile.mkdtemp(prefix="checkpoint-pg-"))
    try:
        if user:
            shutil.chown(folder, user)
        start = {"user": user, "cwd": folder, "check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        subprocess.run(
            [
                bin_folder / "initdb",
                "-D",
                folder / "data",
                "-U",
                "tests",
                "-A",
                "trust",
                "--no-sync",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            **start,
        )
        port = free_port()
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=60"
        options += " -c fsync=on" if durable else " -c fsync=off"
        control = [bin_folder / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
        subprocess.run([*control, "-o", options, "start"], **{**start, "stderr": subprocess.DEVNULL})
        try:
            yield f"postgresql+psycopg://tests@127.0.0.1:{port}"
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], **{**start, "stderr": subprocess.DEVNULL})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
