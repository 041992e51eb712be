"""The import contracts hold, and they are the ones that the design asks for."""

import subprocess
import sys

import pytest


def import_linter(root, *arguments):
    program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    command = [sys.executable, "-c", program, "--no-cache", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_the_import_contracts_hold(root):
    result = import_linter(root)

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("contract", "forbidden"),
    [
        ("pure-core", {"flask", "kivy", "sqlalchemy", "cv2", "PIL", "requests", "time", "socket"}),
        ("scanner-cannot-sign", {"vaccine_pass.sign", "keys.custody", "keys.authority", "keys.store"}),
        ("scanner-is-offline", {"socket", "urllib", "http", "requests"}),
    ],
)
def test_a_contract_forbids_what_the_design_forbids(metadata, contract, forbidden):
    section = metadata[f"importlinter:contract:{contract}"]

    assert forbidden <= set(section["forbidden_modules"].split())


def test_the_apps_stand_side_by_side_above_keys_above_the_core(metadata):
    layers = metadata["importlinter:contract:layers"]["layers"].split("\n")

    assert [layer for layer in layers if layer] == ["verifier_server | scanner_app", "keys", "vaccine_pass"]
