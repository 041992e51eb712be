"""The core's promises to everything above it, read from its source."""

import ast
from pathlib import Path

import pytest

import vaccine_pass

FOLDER = Path(vaccine_pass.__file__).parent
MODULES = sorted(FOLDER.rglob("*.py"))
ALLOWED = {
    "__future__", "array", "base64", "bisect", "cbor2", "collections", "cryptography", "dataclasses", "datetime",
    "enum", "functools", "hashlib", "hmac", "itertools", "json", "math", "operator", "re", "struct", "typing",
    "unicodedata", "vaccine_pass", "zlib",
}  # fmt: skip
"""All that the core may import: no file, clock, network, chance or other part of the project."""
IMPURE_CALLS = {"open", "print", "input", "exec", "eval", "__import__", "breakpoint", "globals"}
CLOCKS = {"now", "utcnow", "today"}


def tree_of(module):
    return ast.parse(module.read_text(encoding="utf-8"))


def imports_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def calls_of(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func
            yield called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")


def test_the_modules_are_found():
    assert {"verify.py", "sign.py", "cbor.py"} <= {module.name for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_imports_nothing_impure(module):
    assert {name.partition(".")[0] for name in imports_of(tree_of(module))} <= ALLOWED


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_a_module_opens_no_file_prints_nothing_and_asks_no_clock(module):
    assert not set(calls_of(tree_of(module))) & (IMPURE_CALLS | CLOCKS)


def test_verified_claims_are_made_by_verification_alone():
    makers = {module.name for module in MODULES if "VerifiedClaims" in set(calls_of(tree_of(module)))}
    assert makers == {"verify.py"}


def test_verified_claims_are_made_in_no_other_way():
    knowing = [module for module in MODULES if "vaccine_pass.claims.VerifiedClaims" in set(imports_of(tree_of(module)))]
    assert {module.name for module in knowing} == {"verdict.py", "verify.py"}
    assert not [module.name for module in knowing if {"_make", "_replace", "__new__"} & set(calls_of(tree_of(module)))]


def test_nothing_that_scanners_use_imports_the_signing_half():
    importers = {module.name for module in MODULES if "vaccine_pass.sign" in set(imports_of(tree_of(module)))}
    assert importers == set()


def test_no_module_keeps_state_between_two_passes():
    # Two small tables by length and by block are all that is kept; nothing of a text.
    cached = {
        f"{module.stem}.{node.name}"
        for module in MODULES
        for node in ast.walk(tree_of(module))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if "cache" in ast.unparse(decorator)
    }
    assert cached == {"base45._decoding_masks", "base45._encoding_mask", "serials._round_tables"}
    assert not [module.name for module in MODULES for node in ast.walk(tree_of(module)) if isinstance(node, ast.Global)]
