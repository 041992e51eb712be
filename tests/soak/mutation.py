"""Mutation testing of the core and of the trust channel's pure rules: which small mistakes would no test notice?

`python -m tests.soak.mutation --minutes 10` plants the mutants one at a time in a copy of the
packages and runs their tests on it until one fails: first those of the module, then all of them.
They come in a seeded order, so that a run that its time ends is a fair sample.  What was found is
kept in `mutants/results.jsonl`: a killed mutant is not tried again while its module is the same,
a survivor not while the tests are the same too; `make clean` forgets everything.

mutmut, which also does this, is not used here: it mutates function by function through a wrapper
that calls the mutants by name, and so leaves out the module-level tables that this core reads from.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import hashlib
import importlib
import json
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.soak.mutants import Mutant, mutants_of

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "mutants/results.jsonl"
SEED = 20210730
TIMES_LONGER = 8
"""Than the tests need as the core is: a mutant that needs more loops for ever, which is noticed."""

NEAREST = {
    "vaccine_pass/verify": "verify verify_rules verify_signer changes",
    "vaccine_pass/cose": "cose verify changes hostile",
    "vaccine_pass/domestic": "domestic verify_rules hostile",
    "vaccine_pass/schema": "schema schema_fields travel",
    "vaccine_pass/cbor": "cbor cbor_tags hostile",
    "vaccine_pass/trust": "trust verify_signer",
    "vaccine_pass/public_keys": "public_keys verify_signer",
    "vaccine_pass/ecdsa": "ecdsa verify",
    "vaccine_pass/names": "names",
    "vaccine_pass/dates": "dates",
    "vaccine_pass/revocation/rice": "revocation/rice revocation/serial_list",
    "vaccine_pass/revocation/serial_set": "revocation/serial_set revocation/rice",
    "vaccine_pass/revocation/serial_list": "revocation/serial_list",
    "vaccine_pass/revocation/effective": "revocation/effective",
    "vaccine_pass/revocation/cap": "revocation/cap",
    "vaccine_pass/revocation/foreign": "revocation/foreign",
    "keys/lifecycle": "lifecycle receipts",
    "keys/receipts": "receipts",
    "keys/jws": "jws receipts",
    "keys/client/policy": "client/policy client/update",
    "keys/client/clock": "client/clock client/update",
}
"""Each module that is mutated, and the tests of its package that are likely to notice."""


def nearest(module: str) -> list[str]:
    """The files of the tests that are run first on a mutant of a module."""
    package = module.partition("/")[0]
    return [
        f"tests/{package}/{folder}{slash}test_{name}.py"
        for folder, slash, name in (test.rpartition("/") for test in NEAREST[module].split())
    ]


def all_tests(module: str) -> list[str]:
    """What is run when the nearest let a mutant live: a package's tests; of `keys` those of its pure modules."""
    if module.startswith("vaccine_pass/"):
        return ["tests/vaccine_pass"]
    return sorted({file for other in NEAREST if other.startswith("keys/") for file in nearest(other)})


KILLED, SURVIVED, SLOW = "killed", "survived", "too slow"


def main() -> int:
    """Try mutants until all are tried or the time is over; the last line is one JSON object."""
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--module", choices=NEAREST)
    chosen = options.parse_args()
    until = time.monotonic() + chosen.minutes * 60
    known = _known()
    modules = [chosen.module] if chosen.module else list(NEAREST)
    todo = all_mutants(modules)
    with _copy(modules) as (copy, patience):
        _preload()
        results = {}
        for mutant, result in _tried(todo, known, lambda mutant: _judged(mutant, copy, patience), until):
            results[mutant] = result
            _progress(len(results), len(todo), mutant, result)
    _tell(results, len(todo))
    return 0


def all_mutants(modules: list[str]) -> list[Mutant]:
    """Every mutant of these modules, in the seeded order."""
    mutants = [mutant for module in modules for mutant in mutants_of(module, _source(module))]
    random.Random(SEED).shuffle(mutants)
    return mutants


def _source(module: str) -> str:
    return (ROOT / f"{module}.py").read_text(encoding="utf-8")


def _tried(
    todo: list[Mutant], known: dict[str, str], judged: Callable[[Mutant], str], until: float
) -> Iterator[tuple[Mutant, str]]:
    """Each mutant with what became of it; known ones cost nothing, others as long as there is time."""
    tests = _digest_of_tests()
    for mutant in todo:
        source = hashlib.sha256(mutant.source.encode()).hexdigest()
        old = known.get(source) or known.get(source + tests)
        if old is not None:
            yield mutant, old
        elif time.monotonic() < until:
            result = judged(mutant)
            _remember(source if result != SURVIVED else source + tests, result)
            yield mutant, result


def _judged(mutant: Mutant, copy: Path, patience: float) -> str:
    path = copy / f"{mutant.module}.py"
    path.write_text(mutant.source, encoding="utf-8")
    try:
        result = _tested(copy, nearest(mutant.module), patience)
        return result if result != SURVIVED else _tested(copy, all_tests(mutant.module), patience)
    finally:
        path.write_text(_source(mutant.module), encoding="utf-8")


def _tested(copy: Path, tests: list[str], patience: float) -> str:
    """Run tests in a child process, which has the libraries already and imports the core anew."""
    child = os.fork()
    if child == 0:
        os.setsid()
        code = 3
        try:
            code = _run_tests(copy, tests)
        finally:
            os._exit(code)
    watch = os.pidfd_open(child)
    ready, _, _ = select.select([watch], [], [], patience)
    os.close(watch)
    if not ready:
        os.killpg(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not ready:
        return SLOW
    return SURVIVED if status == 0 else KILLED


def _run_tests(copy: Path, tests: list[str]) -> int:
    os.chdir(copy)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    for name in [
        name for name in sys.modules if name.split(".")[0] in {"tests", "vaccine_pass", "keys", "bench", "conftest"}
    ]:
        del sys.modules[name]
    sys.path = [str(copy), *(path for path in sys.path if path and Path(path) != ROOT)]
    if not str(importlib.import_module("vaccine_pass").__file__).startswith(str(copy)):
        return 4
    arguments = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=0", "--rootdir", str(copy)]
    return int(pytest.main([*arguments, "--ignore", "tests/vaccine_pass/test_on_cbor2_5_9.py", *tests]))


@contextlib.contextmanager
def _copy(modules: list[str]) -> Iterator[tuple[Path, float]]:
    """A copy of what the tests need, on which they pass, and the seconds to wait for a mutant."""
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copy = Path(folder).resolve()
        unwanted = shutil.ignore_patterns("__pycache__", "soak", "journey", "verifier_server", "scanner_app")
        for name in ("vaccine_pass", "keys", "bench", "tests", "docs"):
            shutil.copytree(ROOT / name, copy / name, ignore=unwanted)
        shutil.copy(ROOT / "setup.cfg", copy)
        # Bytecode is told apart by size and second, which mutants may share: none is kept.
        sys.dont_write_bytecode = True
        begun = time.monotonic()
        if _tested(copy, sorted({test for module in modules for test in all_tests(module)}), 600) != SURVIVED:
            raise SystemExit("mutation: the tests do not pass as it is, so no mutant can be judged")
        yield copy, TIMES_LONGER * (time.monotonic() - begun)


def _preload() -> None:
    """What every child would load again."""
    for name in ("hypothesis.strategies", "cbor2", "qrcode", "cryptography.hazmat.primitives.asymmetric.rsa"):
        importlib.import_module(name)
    gc.freeze()


def _digest_of_tests() -> str:
    digest = hashlib.sha256()
    for path in sorted(
        [
            *(ROOT / "tests/vaccine_pass").rglob("*.py"),
            *(ROOT / "tests/keys").rglob("*.py"),
            *(ROOT / "tests").glob("*.py"),
        ]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _known() -> dict[str, str]:
    if not RESULTS.exists():
        return {}
    return dict(map(json.loads, RESULTS.read_text(encoding="utf-8").splitlines()))


def _remember(key: str, result: str) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    with RESULTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps([key, result]) + "\n")


def _progress(done: int, total: int, mutant: Mutant, result: str) -> None:
    if result == SURVIVED or done % 50 == 0:
        print(f"{done} of {total}; {result}: {mutant.name}", file=sys.stderr, flush=True)


def _tell(results: dict[Mutant, str], made: int) -> None:
    survivors = sorted(mutant.name for mutant, result in results.items() if result == SURVIVED)
    for module in NEAREST:
        of_module = [result for mutant, result in results.items() if mutant.module == module]
        if of_module:
            print(f"{module:34} {len(of_module):4} tried, {of_module.count(SURVIVED):3} survived")
    found = {
        "made": made,
        "tried": len(results),
        "killed": len(results) - len(survivors),
        "too_slow": list(results.values()).count(SLOW),
        "survivors": survivors,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    raise SystemExit(main())
