"""A server whose key folder has keys in every state, over the register of the other tests."""

import pytest

from keys.store import KeyStore

from .builders import EVERY


@pytest.fixture
def key_store(instance):
    """The key folder of the server."""
    return KeyStore(instance / "keys")


@pytest.fixture
def in_every_state(key_store):
    """Put keys in every state into the folder, beside the two that can really sign."""
    key_store.change(lambda signers: (*signers, *EVERY))
    return EVERY
