"""A real channel on its first day, made once and copied for each test; keys that open fast."""

import shutil

import pytest

from keys import pkcs8

from .builders import Country, a_country, a_scanner


@pytest.fixture(autouse=True)
def _cheap(cheap_scrypt):
    """Every key in these tests is written with a cost of nothing."""


@pytest.fixture(scope="session")
def first_country(tmp_path_factory):
    """The channel that every test's own is a copy of."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        return a_country(tmp_path_factory.mktemp("country"))


@pytest.fixture
def country(first_country, tmp_path):
    """A channel with release 1, and its holders."""
    return Country(shutil.copytree(first_country.top, tmp_path / "country", symlinks=True))


@pytest.fixture
def scanner(country, tmp_path):
    """A scanner that has taken release 1 in."""
    made = a_scanner(country, tmp_path / "scanner")
    made.update()
    return made
