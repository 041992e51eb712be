"""kill -9 at every step of every command that writes: afterwards the old or the new state, whole.

A child process runs the command and kills itself just before its n-th change to
the disk (Python's audit events name each one), for n = 1, 2, 3, … until it
lives to the end. So no step is left out, and nothing depends on timing.
"""

import shutil

import pytest

from keys import ceremony, lifecycle
from keys.errors import KeysError
from keys.store import KeyStore

from .builders import NOW
from .killing import survives

pytestmark = pytest.mark.usefixtures("cheap_scrypt")
CHANGES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}


@pytest.fixture
def store(cheap_scrypt, tmp_path):
    """A key folder on its first day whose keys open fast."""
    store = KeyStore(tmp_path / "keys")
    ceremony.init(store, NOW)
    return store


def is_change(event, _arguments):
    return event in CHANGES


def every_cut(action_in, folder_of, tmp_path):
    """For each possible moment of the cut: a fresh folder, the cut, and the folder after it."""
    for step in range(1, 500):
        folder = folder_of(tmp_path / str(step))
        through = survives(lambda folder=folder: action_in(KeyStore(folder)), step, is_change)
        yield KeyStore(folder)
        if through:
            assert step > 5
            return
    raise AssertionError("the command never came to its end")


def test_init_leaves_nothing_or_a_whole_key_folder_and_can_be_run_again(tmp_path):
    def fresh(path):
        path.mkdir()
        return path / "keys"

    for store in every_cut(lambda store: ceremony.init(store, NOW), fresh, tmp_path):
        if not store.exists():
            assert not store.root.exists()
            ceremony.init(store, NOW)
        assert len(store.signers()) == 2
        assert all(store.open_key(entry) for entry in store.signers())
        assert {path.name for path in store.root.parent.iterdir()} == {"keys", ".keys.lock"}


def test_init_with_the_authority_apart_can_be_run_again(tmp_path):
    def fresh(path):
        path.mkdir()
        return path / "keys"

    def init(store):
        ceremony.init(store, NOW, authority_folder=store.root.parent / "authority")

    for store in every_cut(init, fresh, tmp_path):
        if not store.exists():
            init(store)
        assert all(store.open_key(entry) for entry in store.signers())


def test_new_leaves_the_old_signers_or_one_more_that_opens(store, tmp_path):
    def fresh(path):
        return shutil.copytree(store.root, path)

    before = store.signers()
    for cut in every_cut(lambda it: ceremony.new(it, NOW, form="travel", name="next"), fresh, tmp_path):
        after = cut.signers()
        assert after[:2] == before
        if after == before:
            assert len(cut.strangers()) <= 1
            ceremony.new(cut, NOW, form="travel", name="next")
        assert all(cut.open_key(entry) for entry in cut.signers())
        assert not list(cut.root.glob("*.tmp"))


def test_retire_leaves_the_key_as_it_was_or_destroys_it_with_the_next_command(store, tmp_path):
    kid = store.signers()[1].kid

    def fresh(path):
        return shutil.copytree(store.root, path)

    def retire(it):
        it.change(lambda signers: lifecycle.retire(signers, kid, NOW))

    for cut in every_cut(retire, fresh, tmp_path):
        if cut.signers() == store.signers():
            assert cut.open_key(cut.signers()[1])
            retire(cut)
        else:
            with pytest.raises(KeysError):  # refused, because it is retired; what was left undone is done
                retire(cut)
        assert not (cut.root / "signers" / kid.hex() / "private.pem").exists()
        assert not (cut.root / "passphrases" / kid.hex()).exists()
