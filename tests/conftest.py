"""What every test may use: where other people's published test data is, if it is here."""

from pathlib import Path

import pytest
from hypothesis import settings

from .browsing import chromium, playwright

__all__ = ["chromium", "playwright"]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

# A slow machine must not fail a property; a failure prints its example.
settings.register_profile("checkpoint", deadline=None, max_examples=100, print_blob=True)
settings.load_profile("checkpoint")


@pytest.fixture(scope="session")
def shared():
    """The folder of published test data beside the project; the test skips without it."""
    if not (SHARED / "conformance").is_dir():
        pytest.skip("the open test data is not here: put shared/ beside the project to run this")
    return SHARED
