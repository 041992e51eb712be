"""The drill is a play: nothing of a country's own code knows of it, and its light keys are nowhere else."""

import ast
from pathlib import Path

from keys import custody, pkcs8
from keys.drill.light import lighten

TOP = Path(__file__).parents[3]
PARTS = ("vaccine_pass", "keys", "verifier_server", "scanner_app")


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_only_the_command_line_knows_of_the_drill():
    files = [path for part in PARTS for path in (TOP / part).rglob("*.py") if "keys/drill/" not in path.as_posix()]
    knowing = {path.name for path in files if any(name.startswith("keys.drill") for name in imports_of(path))}
    assert knowing == {"cli.py"}
    assert "keys.drill.arguments" in set(imports_of(TOP / "keys" / "cli.py"))


def test_a_lightened_key_is_still_encrypted_under_its_passphrase(tmp_path):
    key, files = custody.new_private_key(), (tmp_path / "private.pem", tmp_path / "passphrase")
    custody.save(key, *files)
    before = files[0].read_bytes()
    lighten(*files)
    assert files[0].read_bytes() != before
    assert b"ENCRYPTED PRIVATE KEY" in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o777 == 0o600
    assert custody.load_private_key(*files).private_numbers() == key.private_numbers()


def test_custody_has_no_way_to_ask_for_a_weaker_key():
    code = custody.save.__code__
    assert code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] == ("key", "key_file", "passphrase_file")
    code = pkcs8.encrypt.__code__
    assert code.co_varnames[: code.co_argcount + code.co_kwonlyargcount] == ("key", "passphrase")
