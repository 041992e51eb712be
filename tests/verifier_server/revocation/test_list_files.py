"""The folder of the next lists: whole after a cut at any moment, and only what is to go out."""

from tests.keys.killing import survives
from vaccine_pass.revocation.issued import Issued, dumps
from vaccine_pass.revocation.serial_list import encode_base
from vaccine_pass.revocation.serial_set import SerialSet
from verifier_server.revocation import list_files
from verifier_server.revocation.list_files import APPROVED, DELTA, ISSUED, write

BLOCK = 1 << 20
OLD = {APPROVED: encode_base(SerialSet.of([BLOCK]), 1, 5), DELTA: b"of an older day"}
NEW = {APPROVED: encode_base(SerialSet.of([BLOCK, BLOCK + 1]), 2, 5), ISSUED: dumps(Issued(5, {1: 9})).encode()}


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(".")}


def test_a_cut_at_any_moment_leaves_whole_files_and_the_next_run_makes_it_right(tmp_path):
    for step in range(1, 100):
        folder = tmp_path / str(step)
        write(folder, OLD)
        through = survives(lambda folder=folder: write(folder, NEW), step)
        for name, data in contents(folder).items():
            assert data in {OLD.get(name), NEW.get(name)}
        write(folder, NEW)
        assert contents(folder) == NEW
        assert not list(folder.glob(".*"))
        if through:
            assert step > 3
            return
    raise AssertionError("it never came to its end")


def test_a_list_that_says_the_same_at_another_time_is_not_written_again(tmp_path):
    write(tmp_path / "lists", {APPROVED: OLD[APPROVED]})
    write(tmp_path / "lists", {APPROVED: encode_base(SerialSet.of([BLOCK]), 1, 999)})
    assert contents(tmp_path / "lists") == {APPROVED: OLD[APPROVED]}
    write(tmp_path / "lists", {APPROVED: encode_base(SerialSet.of([BLOCK]), 2, 999)})
    assert contents(tmp_path / "lists") != {APPROVED: OLD[APPROVED]}


def test_nothing_to_write_makes_no_folder_and_leaves_other_files_alone(tmp_path):
    write(tmp_path / "lists", {})
    assert not (tmp_path / "lists").exists()
    write(tmp_path / "lists", OLD)
    (tmp_path / "lists" / "foreign.bin").write_bytes(b"another command's")
    write(tmp_path / "lists", {})
    assert set(contents(tmp_path / "lists")) == {"foreign.bin"}


def test_every_file_of_the_lists_is_known_by_its_meaning():
    assert set(list_files.NAMES) == set(list_files._MEANINGS)
