"""What a package imports is what its metadata asks for: nothing comes along by chance with something else."""

import ast
import sys
from importlib.metadata import packages_distributions

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = {"vaccine_pass", "keys", "verifier_server", "scanner_app"}
EXTRAS = {"vaccine_pass": [], "keys": ["hsm"], "verifier_server": ["server"], "scanner_app": ["scanner"]}


def imported_modules(folder):
    """The top-level names of everything that the package imports from elsewhere, and one place of each."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                names = [node.module]
            else:
                continue
            for name in names:
                found.setdefault(name.split(".")[0], path.relative_to(folder.parent))
    return {name: path for name, path in found.items() if name not in OURS | set(sys.stdlib_module_names)}


def asked_for(metadata, extras):
    lines = metadata["options"]["install_requires"].splitlines()
    for extra in extras:
        lines += metadata["options.extras_require"][extra].splitlines()
    return {
        canonicalize_name(Requirement(line).name) for line in lines if line.strip() and not line.startswith("#")
    }


@pytest.mark.parametrize("package", sorted(OURS))
def test_a_package_imports_what_its_metadata_asks_for(root, metadata, package):
    distributions = packages_distributions()
    asked = asked_for(metadata, EXTRAS[package])

    by_chance = {
        name: str(path)
        for name, path in imported_modules(root / package).items()
        if not asked & {canonicalize_name(distribution) for distribution in distributions.get(name, [name])}
    }
    assert not by_chance
