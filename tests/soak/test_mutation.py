"""The core's tests notice most small mistakes in the core: as large a share as was measured."""

import json
import subprocess
import sys

import pytest

from tests.soak.mutants import mutants_of
from tests.soak.mutation import ROOT
from tests.soak.timebox import MINUTES

FLOOR = 0.85
"""Share of killed mutants of a fair sample; what was measured, and of what, stands in docs/soak.md."""


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 600)
def test_the_cores_tests_kill_most_mutants(capsys):
    command = [sys.executable, "-m", "tests.soak.mutation", "--minutes", str(MINUTES)]
    with capsys.disabled():
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout)
    assert done.returncode == 0
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["tried"] > 0
    assert found["killed"] / found["tried"] >= FLOOR, found["survivors"]


def test_each_mutant_is_another_module_and_says_where_it_differs():
    source = (
        '"""Words."""\n'
        "def low(s: int = 1) -> bool:\n"
        '    """Words."""\n'
        "    if not s or s > 5:\n"
        '        raise ValueError("words")\n'
        "    return s + 1 <= 7\n"
    )
    mutants = mutants_of("m", source)
    assert [f"{mutant.line} {mutant.what}" for mutant in mutants] == [
        "2 1 to 2", "4 condition negated", "4 or to and", "4 not left out", "4 > to >=", "4 5 to 6",
        "5 raise left out", "6 <= to <", "6 + to -", "6 1 to 2", "6 7 to 8",
    ]  # fmt: skip
    assert len({mutant.source for mutant in mutants}) == len(mutants)
