"""A register with staff, and signing keys with a spare for each form."""

import shutil

import pytest

from keys import pkcs8
from keys.signers import SigningDesk
from keys.store import KeyStore
from verifier_server.bulk.run import Office
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock

from ..conftest import SECRET
from .builders import LATER, keys_with_spares, staff


@pytest.fixture(scope="session")
def spare_folder(tmp_path_factory):
    """Keys with spares, to copy; scrypt is cheap here."""
    patch = pytest.MonkeyPatch()
    patch.setattr(pkcs8, "SCRYPT_COST", 2)
    store = keys_with_spares(tmp_path_factory.mktemp("spares") / "keys")
    patch.undo()
    return store.root


@pytest.fixture
def store(tmp_path, spare_folder):
    """A key folder of this test's own."""
    shutil.copytree(spare_folder, tmp_path / "keys")
    return KeyStore(tmp_path / "keys")


@pytest.fixture
def accounts(storage):
    """Staff in the register, on each database."""
    return staff(storage)


@pytest.fixture
def desk(storage, store):
    """An issuing desk over the test's own keys."""
    return IssuingDesk(SigningDesk(store), SerialStock(storage, SECRET))


@pytest.fixture
def office(storage, desk):
    """What re-issuing works with, on the day when scanners know the spare key."""
    return Office(storage, desk, lambda: float(LATER))
