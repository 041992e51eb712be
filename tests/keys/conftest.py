"""A key folder as the first day leaves it, made once with the real cost of scrypt and copied for each test."""

import shutil

import pytest

from keys import ceremony, cli, pkcs8
from keys.store import KeyStore

from . import softhsm
from .builders import NOW


@pytest.fixture(scope="session")
def first_day(tmp_path_factory):
    """The key folder that every test's own is a copy of."""
    store = KeyStore(tmp_path_factory.mktemp("first-day") / "keys")
    ceremony.init(store, NOW)
    return store.root


@pytest.fixture
def store(first_day, tmp_path):
    """A key folder on its first day."""
    return KeyStore(shutil.copytree(first_day, tmp_path / "keys"))


@pytest.fixture
def token(tmp_path, monkeypatch):
    """A SoftHSM2 token of the test's own, seen by this process."""
    if not softhsm.MODULE.exists():
        pytest.skip(f"{softhsm.MODULE} is not there: apt-get install softhsm2")
    from keys import hsm_session

    made = softhsm.make_token(tmp_path / "hsm")
    monkeypatch.setenv("SOFTHSM2_CONF", str(made.configuration))
    monkeypatch.setattr(hsm_session, "_SESSIONS", {})
    for library in hsm_session._LIBRARIES.values():
        library.restart()  # it read another test's configuration
    return made


@pytest.fixture
def cheap_scrypt(monkeypatch):
    """Keys that are written fast, for tests that write many."""
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)


@pytest.fixture
def run(capsys):
    """Run ``checkpoint-keys`` and give its exit code, standard output and standard error."""

    def call(*arguments, now=NOW):
        code = cli.main([str(argument) for argument in arguments], now=now)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
