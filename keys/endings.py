"""How each of the three commands ends when what is around it is missing.

An app's packages, when only the other app's extra was installed; a reader, when the output goes
into a pipe that is closed.  Leaves out what the commands themselves refuse.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

_OURS = ("vaccine_pass", "keys", "scanner_app", "verifier_server")


def ended(program: str, work: Callable[[], int], extra: str | None = None) -> int:
    """Do a command's work and give its exit code.

    2 with one sentence when a package of ``extra`` is not installed; 1 in silence when nobody
    reads the output any more.  Output is written out here, so that no error comes later, at the
    interpreter's end.

    :raises ModuleNotFoundError: a module of our own is missing, or no extra would bring it.
    """
    try:
        return _with_output_written(work)
    except BrokenPipeError:
        # What is still buffered goes nowhere, or the interpreter would try it again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except ModuleNotFoundError as error:
        package = (error.name or "").split(".")[0]
        if extra is None or package in _OURS:
            raise
        sys.stderr.write(
            f'{program}: the package {package} is not installed; run: pip install "checkpoint-qr[{extra}]"\n'
        )
        return 2


def _with_output_written(work: Callable[[], int]) -> int:
    try:
        return work()
    finally:
        sys.stdout.flush()
