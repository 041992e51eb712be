"""Any file of records: a result row for each input row, or one sentence, and never a traceback."""

import re
import time
from collections import Counter

import pytest

from keys import ceremony, pkcs8
from keys.store import KeyStore
from tests.soak.timebox import MINUTES, SEED, rounds, table
from tests.vaccine_pass.test_changes import changed_bytes
from tests.verifier_server.builders import RECORD, a_file, a_record, many_records, results_of
from verifier_server.bulk.reading import open_table
from verifier_server.cli import main

FILES_OF_A_REGISTER = 150
"""Then a fresh one: the test is about files, not about a large register."""
MOST_SECONDS = 20.0
ODD = [
    "", " ", "x", "0", "-1", "99999999999999999999", "31/02/1990", "1990-01-31", "--/05/1948", "31/12/9999",
    "01/01/0001", "PFIZER", "pfizer ", "NANOCOVAX", "nữ", "Nữ\u0302", "\u202e", "\x00", "a" * 300, "x" * 20_000,
    '"', '"a', 'a"b', '""', "a,b", "=1+1", "\u1eff", "\ufeff", "٣", "1e3", "NULL", "Hoà", "á" * 60,
]  # fmt: skip
SIGNS = ",;\t\"\r\n\0 '|\\0159/-aÀ\u00a0\u2028"


def changed_cells(records, dice):
    for _ in range(dice.randint(1, 8)):
        dice.choice(records)[dice.choice(list(RECORD))] = dice.choice(ODD)
    return records


def changed_file(data, dice):
    """The file's bytes changed: signs put in, bytes turned, rows doubled, left out, or cut off."""
    for _ in range(dice.choice([0, 1, 2, 5, 20])):
        place = dice.randrange(len(data) + 1)
        kind = dice.randrange(6)
        if kind <= 1:
            data = data[:place] + dice.choice(SIGNS).encode() + data[place:]
        elif kind == 2:
            data = changed_bytes(data, dice)
        elif kind == 3:
            rows = data.split(b"\n")
            one = dice.randrange(len(rows))
            data = b"\n".join([*rows[:one], *rows[one : one + 1] * dice.choice([0, 2, 3]), *rows[one + 1 :]])
        elif kind == 4:
            data = data[:place] + dice.randbytes(dice.randint(1, 30)) + data[place:]
        elif dice.random() < 0.2:
            data = data[:place]
    return data


def a_changed_file(path, dice):
    records = many_records(dice.randint(1, 25))
    for record in records:
        record.update(id_number=f"{dice.randrange(10**12):012d}", phone=f"09{dice.randrange(10**8):08d}")
    records.append(a_record())
    encoding = dice.choice(["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16"])
    a_file(path, changed_cells(records, dice), delimiter=dice.choice(",,;\t"), encoding=encoding)
    path.write_bytes(changed_file(path.read_bytes(), dice))


def rows_of(path):
    """The rows below the header, counted without the reader where no quotation mark joins lines."""
    data = path.read_bytes()
    if b'"' in data:
        return sum(1 for _ in open_table(path)) - 1
    text = data.decode("utf-8-sig", "surrogateescape")
    return sum(1 for line in re.split("\r\n|\r|\n", text) if line.strip()) - 1


@pytest.fixture
def a_register(tmp_path, monkeypatch):
    """Make a fresh register with keys of today."""
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)

    def make(number):
        folder = tmp_path / f"instance{number}"
        assert main(["--instance", str(folder), "init-db"]) == 0
        ceremony.init(KeyStore(folder / "keys"), int(time.time()))
        return folder

    return make


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 300)
def test_any_file_of_records_gets_a_result_row_for_each_row(a_register, tmp_path, capsys, tell):
    tried, longest = Counter(), 0.0
    for number, dice in enumerate(rounds("files of records", tell)):
        if number % FILES_OF_A_REGISTER == 0:
            instance = a_register(number)
        path, out = tmp_path / "records.csv", tmp_path / f"out{number}"
        a_changed_file(path, dice)
        capsys.readouterr()
        form = dice.choice(["domestic", "travel"])
        begun = time.process_time()
        issue = ["issue", "--in", str(path), "--out", str(out), "--form", form, "--image", "none"]
        code = main(["--instance", str(instance), *issue])
        longest = max(longest, time.process_time() - begun)
        said = capsys.readouterr().err
        tried.update(outcomes(path, out, code, said))
        assert longest < MOST_SECONDS, (SEED, number)
    tell(f"{table('files and rows of records', tried)}\n  the longest took {longest:.2f} s of the processor")


def outcomes(path, out, code, said):
    """What became of a file and of its rows, after looking that nothing is missing."""
    assert "Traceback" not in said, said
    if not (out / "results.csv").exists():
        assert (code, said.count("\n")) == (1, 1), said
        return [("refused as a whole", "files")]
    results = results_of(out)
    assert len(results) == rows_of(path), (path.read_bytes(), results)
    assert [row["row"] for row in results] == [str(number) for number in sorted(int(row["row"]) for row in results)]
    refused = sum(1 for row in results if row["problem"])
    assert code == (1 if refused else 0), said
    return [("with results", "files")] + [("refused" if row["problem"] else "issued", "rows") for row in results]
