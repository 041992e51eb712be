"""Properties over any input: a value or this project's own error, and nothing else."""

from vaccine_pass.errors import CheckpointError


def attempt(call, *arguments):
    """(value, None), or (None, the project's error); any other exception is the test's failure."""
    try:
        return call(*arguments), None
    except CheckpointError as error:
        return None, error
