"""The metadata, the change log, the README and the Makefile say the same things."""

import re
from importlib import metadata as installed

import pytest

SCRIPTS = {
    "checkpoint-server": "verifier_server.cli:main",
    "checkpoint-scanner": "scanner_app.cli:main",
    "checkpoint-keys": "keys.cli:main",
}


def read(root, name):
    return (root / name).read_text(encoding="utf-8")


def test_the_version_is_the_newest_of_the_change_log(root, metadata):
    newest = re.search(r"^## \[?v?(\d+\.\d+\.\d+[^\]\s]*)", read(root, "CHANGELOG.md"), re.MULTILINE)

    assert newest, "CHANGELOG.md has no heading with a version"
    assert newest[1] == metadata["metadata"]["version"]


def test_the_licence_is_apache_2_in_full(root, metadata):
    assert metadata["metadata"]["license_expression"] == "Apache-2.0"
    assert "END OF TERMS AND CONDITIONS" in read(root, "LICENSE")


def test_what_is_installed_is_this_version_with_its_licence_and_commands(metadata):
    distribution = installed.distribution("checkpoint-qr")

    assert distribution.version == metadata["metadata"]["version"]
    assert distribution.metadata["License-Expression"] == "Apache-2.0"
    commands = distribution.entry_points.select(group="console_scripts")
    assert {script.name: script.value for script in commands} == SCRIPTS
    assert len(distribution.entry_points.select(group="checkpoint_qr.register", name="cost_of_key")) == 1


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_each_command_can_be_loaded(name):
    (script,) = installed.entry_points(group="console_scripts", name=name)

    assert callable(script.load())


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_commands_of_the_readme_are_make_targets(root, target):
    assert re.search(rf"\bmake {target}\b", read(root, "README.md"))
    assert re.search(rf"^{target}:", read(root, "Makefile"), re.MULTILINE)


def test_every_make_target_that_the_readme_names_exists(root):
    named = set(re.findall(r"`make ([a-z]+)", read(root, "README.md")))
    existing = set(re.findall(r"^([a-z]+):", read(root, "Makefile"), re.MULTILINE))

    assert named <= existing


def test_continuous_integration_runs_what_the_readme_says_and_nothing_else(root):
    commands = [
        line
        for line in read(root, ".ci/run").splitlines()
        if line and not line.startswith(("#", "set ", "cd "))
    ]
    assert commands == ["exec make test </dev/null"]
