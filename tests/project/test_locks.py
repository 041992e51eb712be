"""The lock files: complete, in agreement with each other, and free of anything about one machine."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)", re.MULTILINE)
LOCKS = ("dev", "server", "scanner", "build")


def lock_text(root, name):
    return (root / "locks" / f"{name}.txt").read_text(encoding="utf-8")


def pins(root, name):
    return {canonicalize_name(package): version for package, version in PINNED.findall(lock_text(root, name))}


def wanted(metadata, *extras):
    lines = metadata["options"]["install_requires"].splitlines()
    for extra in extras:
        lines += metadata["options.extras_require"][extra].splitlines()
    return [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.parametrize("smaller", ["server", "scanner", "build"])
def test_the_smaller_locks_name_the_versions_of_the_whole_one(root, smaller):
    whole = pins(root, "dev")

    assert {name: whole.get(name) for name in pins(root, smaller)} == pins(root, smaller)


@pytest.mark.parametrize(
    ("lock", "extras"),
    [("server", ["server"]), ("scanner", ["scanner"]), ("dev", ["server", "scanner", "dev"])],
)
def test_a_lock_satisfies_what_the_metadata_asks_for(root, metadata, lock, extras):
    locked = pins(root, lock)

    for requirement in wanted(metadata, *extras):
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{requirement.name} is not in locks/{lock}.txt: run make lock"
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}"


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_its_hashes(root, name):
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock_text(root, name))

    unhashed = [entry.split()[0] for entry in entries if PINNED.match(entry) and "--hash=sha256:" not in entry]
    assert not unhashed


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_packages_and_no_address_or_path(root, name):
    foreign = [
        line
        for line in lock_text(root, name).splitlines()
        if re.search(r"://|--(extra-)?index-url|--find-links|--trusted-host|^-e | @ |(^|\s)/", line)
    ]
    assert not foreign


@pytest.mark.parametrize(
    ("lock", "strangers"),
    [
        ("server", {"kivy", "opencv-python-headless", "opencv-python", "pyzbar", "pytest"}),
        ("scanner", {"flask", "sqlalchemy", "alembic", "gunicorn", "psycopg", "qrcode", "pytest"}),
    ],
)
def test_an_app_installs_nothing_that_only_the_other_needs(root, lock, strangers):
    assert not strangers & set(pins(root, lock))
