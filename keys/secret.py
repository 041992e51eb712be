"""A box for secret bytes, so that no log line, traceback or debug page can show them.

Python's tracebacks and Flask's debug pages print the *names and values* of
local variables. A secret therefore travels in a box, and is taken out only
inside the expression that needs it. Leaves out wiping the memory: Python
cannot promise that for ``bytes``.
"""

from __future__ import annotations

from typing import NoReturn


class Secret:
    """Secret bytes that show nothing when printed, logged, formatted, pickled or compared."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def unsafe_reveal(self) -> bytes:
        """The bytes. Use the result in the same expression; never bind it to a name."""
        return self._value

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret cannot be pickled or copied")
