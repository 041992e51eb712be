import subprocess
import sys

import pytest

from verifier_server.cli import COMMANDS, main, parser

HEAVY = ("weasyprint", "fhir", "openpyxl", "alembic", "numpy", "zxingcpp", "tuf")


def the_commands_of(made):
    (commands,) = (action.choices for action in made._actions if isinstance(action.choices, dict))
    return list(commands)


def test_the_table_of_commands_is_the_help():
    assert the_commands_of(parser()) == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_found_in_the_module_that_the_table_names(command):
    assert command in the_commands_of(parser(command))


@pytest.mark.parametrize("words", [["issue"], ["nonsense"], [], ["--instance"], ["site", "--in"], ["issue", "--in", "x",
                                   "--out", "y", "--form", "z"], ["audit"], ["unrevoke"], ["site", "x", "y", "--z"],
                                   ["--instance", "x", "issue", "--more"]])  # fmt: skip
def test_a_wrong_call_is_answered_as_if_every_command_were_loaded(words, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(words)
    said = capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        parser().parse_args(words)
    assert said == capsys.readouterr().err
    assert said.startswith("usage: checkpoint-server")


def test_the_help_names_every_command(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--instance", "somewhere", "--help"])
    said = capsys.readouterr().out
    assert all(f"\n    {name}" in said for name in COMMANDS)


def test_a_command_loads_no_packages_that_only_others_need():
    program = (
        "import sys; from verifier_server.cli import parser;"
        "parser('issue').parse_args(['issue', '--in', 'a', '--out', 'b']);"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
