"""A prepared province, made once and copied for each journey."""

import shutil

import pytest

from .province import Province, cheap_scrypt, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """The folder of a province in which nobody is vaccinated yet, to copy."""
    folder = tmp_path_factory.mktemp("prepared")
    with cheap_scrypt(), pytest.MonkeyPatch.context() as patch:
        patch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
        prepare(folder)
    return folder


@pytest.fixture
def found_province(prepared, tmp_path, monkeypatch):
    """Make a province with settings of its own."""
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    made = []

    def found(**settings):
        shutil.copytree(prepared / "instance", tmp_path / "instance", symlinks=True)
        made.append(Province(tmp_path, **settings))
        return made[0]

    with cheap_scrypt():
        yield found
    for one in made:
        one.storage.close()


@pytest.fixture
def province(found_province):
    """A province with the usual settings."""
    return found_province()
