"""The server's errors: wrong data, each with a stable code and one sentence for a person.

The pages say the sentence in the reader's language (:mod:`verifier_server.web.sentences`);
the command line prints it as it is. Wrong *use* of the code is a ``TypeError`` or a
``RuntimeError`` and is not caught.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaccine_pass.errors import CheckpointError

if TYPE_CHECKING:
    from collections.abc import Callable


class ServerError(CheckpointError):
    """Something the server was asked to do cannot be done, and why."""

    code = "server_error"


class NotIssuable(ServerError):
    """What the register holds about one person allows no such pass; others are not concerned."""

    code = "not_issuable"


class FieldError(ServerError):
    """One value of a person, a dose or a row is wrong; ``field`` names it."""

    code = "bad_value"

    def __init__(self, field: str, message: str, *, code: str | None = None, **evidence: object) -> None:
        super().__init__(message, code=code, **evidence)
        self.field = field

    @property
    def problems(self) -> tuple[FieldError, ...]:
        """Every wrong value that was found: this one."""
        return (self,)


class FieldErrors(FieldError):
    """Several values are wrong. It speaks as the first of them; ``problems`` has them all."""

    def __init__(self, problems: tuple[FieldError, ...]) -> None:
        first = problems[0]
        super().__init__(first.field, first.message, code=first.code, **first.evidence)
        self._problems = problems

    @property
    def problems(self) -> tuple[FieldError, ...]:
        """Every wrong value that was found, in the order of the fields."""
        return self._problems


def all_checked(**checks: Callable[[], object]) -> dict[str, object]:
    """Run every check and return the clean values by name.

    :raises FieldErrors: with all the values that are wrong, so that a form is mended in one go.
    """
    values: dict[str, object] = {}
    problems: list[FieldError] = []
    for name, check in checks.items():
        try:
            values[name] = check()
        except FieldError as problem:
            problems += problem.problems
    if problems:
        raise FieldErrors(tuple(problems))
    return values
