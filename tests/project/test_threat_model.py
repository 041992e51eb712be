"""The threat model's promise: an answer without a test says so, and a test that is named is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| attack |")
]


def test_the_page_has_rows_of_an_attack_an_answer_and_a_test():
    assert len(ROWS) > 50
    assert {len(row) for row in ROWS} == {3}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0][:60])
def test_a_row_names_tests_that_exist_or_says_that_it_is_not_built(row):
    attack, answer, test = row
    folder, named = TESTS, re.findall(r"`([\w./-]+)`", test)
    for name in named:
        # "`keys/test_a.py`, `test_b.py`": the second lies beside the first, or one folder up.
        found = [base / name for base in (TESTS, ROOT, folder, folder.parent) if (base / name).exists()]
        assert found, f"{name} is not there"
        folder = found[0].parent
    says_why = any(words in f"{answer} {test}" for words in ("the same", "not built yet"))
    assert named or says_why, f"{attack!r} has neither a test nor a word why"
