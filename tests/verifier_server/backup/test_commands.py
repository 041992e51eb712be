"""`checkpoint-server backup` and `restore` as they are typed, and what goes wrong, each in one sentence."""

import sqlite3
from contextlib import closing

import pytest

from verifier_server.backup import postgres
from verifier_server.backup.making import make_backup
from verifier_server.cli import main
from verifier_server.config import ServerConfig
from verifier_server.errors import ServerError
from verifier_server.storage import Storage

from ..builders import NOW, a_person
from ..conftest import SECRET


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command on a prepared instance; gives exit code, output and what was said."""
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)

    def call(*arguments):
        code = main(["--instance", str(tmp_path / "instance"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    assert call("init-db")[0] == 0
    return call


def test_from_a_backup_to_a_new_machine(run, tmp_path):
    database, saved = tmp_path / "instance" / "register.sqlite", tmp_path / "saved"
    storage = Storage(f"sqlite:///{database}")
    with storage.writing() as session:
        a_person(session)
    storage.close()
    code, out, said = run("backup", "--out", saved)
    assert (code, "written and read again" in out, "serials.key" in said) == (0, True, True)
    assert run("restore", "--in", saved, "--check")[1].startswith("whole: sqlite of ")
    database.unlink()
    code, out, _ = run("restore", "--in", saved)
    assert (code, "serial blocks burnt: 1; it goes on with 2" in out) == (0, True)
    with closing(sqlite3.connect(database)) as opened:
        assert opened.execute("SELECT count(*) FROM person").fetchone() == (1,)
    code, _, said = run("restore", "--in", saved)
    assert (code, "not empty" in said, "Traceback" in said) == (1, True, False)


def test_a_fresh_register_of_init_db_counts_as_empty(run, tmp_path):
    assert run("backup", "--out", tmp_path / "saved")[0] == 0
    assert run("restore", "--in", tmp_path / "saved")[0] == 0


@pytest.mark.parametrize("content", [b"", b"x" * 2000, b"SQLite format 3\0" + bytes(4000)])
def test_what_is_no_backup_is_one_sentence(run, tmp_path, content):
    (tmp_path / "file").write_bytes(content)
    for more in ((), ("--check",)):
        code, out, said = run("restore", "--in", tmp_path / "file", *more)
        assert (code, out, said.count("\n")) == (1, "", 1)


def test_a_backup_into_no_folder_and_a_restore_of_nothing_are_one_sentence(run, tmp_path):
    assert run("backup", "--out", tmp_path / "nowhere" / "file")[2].count("\n") == 1
    assert "does not exist" in run("restore", "--in", tmp_path / "nothing")[2]


def test_a_damaged_database_is_not_saved_as_if_it_were_whole(run, tmp_path):
    database = tmp_path / "instance" / "register.sqlite"
    with database.open("r+b") as file:
        file.seek(4096 * 3)
        file.write(b"\xff" * 4096 * 20)
    code, _, said = run("backup", "--out", tmp_path / "saved")
    assert (code, "Traceback" in said) == (1, False)
    assert not (tmp_path / "saved").exists()


def test_a_program_of_postgresql_that_is_missing_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "_DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError, match="pg_dump is not installed"):
        postgres._program("pg_dump")


def test_a_full_disk_leaves_no_half_backup(lite, instance, pages_url, tmp_path, monkeypatch):
    import errno

    from verifier_server.backup import archive

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archive, "_add", full)
    config, out = ServerConfig(instance, pages_url, SECRET, SECRET), tmp_path / "out" / "saved"
    out.parent.mkdir()
    with pytest.raises(ServerError, match="No space left"):
        make_backup(config, lite, out, NOW)
    assert list(out.parent.iterdir()) == []
