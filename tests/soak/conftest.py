"""What a soak test says while it runs is seen at once: a run of an hour must not be silent."""

import sys

import pytest


@pytest.fixture
def tell(capsys):
    """One line on standard error, past pytest's capture."""

    def line(text):
        with capsys.disabled():
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    return line
