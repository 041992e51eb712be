"""The same data through the two commands: import-signers writes the trust list, verify answers by it."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.conformance.open_data import cases
from tests.conformance.test_dcc import pytestmark  # noqa: F401  the same reason to skip

BIN = Path(sys.executable).parent
CASES = cases()


def run(program, *arguments, lines=()):
    command = [BIN / program, *map(str, arguments)]
    text = "".join(f"{line}\n" for line in lines)
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture(scope="module")
def trust_list(tmp_path_factory):
    """The file that ``import-signers`` writes from all certificates, base64 as published."""
    folder = tmp_path_factory.mktemp("import")
    certificates = sorted({case.signer for case in CASES})
    (folder / "signers.txt").write_text("\n".join(certificates), encoding="utf-8")
    done = run("checkpoint-keys", "import-signers", "--out", folder / "t.json", folder / "signers.txt")
    assert (done.returncode, done.stderr) == (0, ""), done
    return folder / "t.json"


@pytest.fixture(scope="module")
def answers(trust_list):
    """One answer for each case; texts that share a clock share a run."""
    by_clock = defaultdict(list)
    for case in CASES:
        by_clock[case.clock].append(case)
    found = {}
    for clock, together in by_clock.items():
        done = run(
            "checkpoint-scanner", "verify", "--trust", trust_list, "--at", clock, "--json",
            lines=[case.text for case in together],
        )  # fmt: skip
        assert done.stderr == ""
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(lines) == len(together)
        found |= {case.name: line for case, line in zip(together, lines, strict=True)}
        assert done.returncode == (1 if any(line["outcome"] != "accepted" for line in lines) else 0)
    return found


def test_every_answer_agrees_with_the_flags(answers):
    wrong = {
        case.name: answers[case.name]
        for case in CASES
        if (answers[case.name]["reason"] or None) not in ({reason.code for reason in case.expected} or {None})
    }
    assert wrong == {}


def test_an_answer_says_what_the_certificate_says(answers):
    for case in CASES:
        answer = answers[case.name]
        if answer["outcome"] != "accepted" or case.content is None:
            continue
        entry = next(case.content[kind][0] for kind in "vtr" if case.content.get(kind))
        assert (answer["format"], answer["date_of_birth"] or "") == ("hcert", case.content["dob"])
        assert (answer["doses"], answer["series"]) == (entry.get("dn"), entry.get("sd"))
        assert case.content["nam"]["fn"].strip() in answer["name"]


def test_the_answers_are_ascii(answers):
    assert all(json.dumps(answer).isascii() for answer in answers.values())
