"""The one root of this project's errors, with a stable code and evidence.

Wrong data raises one of these; wrong use of an interface raises ``TypeError`` and is not caught.
What is left out: the words a person reads on a screen, which belong to the apps.
"""

from __future__ import annotations

from vaccine_pass.reasons import Reason


class CheckpointError(Exception):
    """Something is wrong with data, files or state; says what, where and what to do.

    :param message: one clear sentence for a person.
    :param code: stable snake_case code for programs; the class's own when left out.
    :param evidence: facts that help to find the cause (never personal data, never keys).
    """

    code: str = "error"

    def __init__(self, message: str, *, code: str | None = None, **evidence: object) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.evidence = evidence


class PassError(CheckpointError):
    """Data that cannot be part of a pass: a name, a date, claims, a trust list."""

    code = "bad_pass_data"


class Unreadable(PassError):
    """A text that is not an acceptable pass, found at one stage of reading it.

    :param reason: the stage's stable reason, which becomes the verdict's.
    :param detail: technical sentence in English, for a report.
    """

    def __init__(self, reason: Reason, detail: str, **evidence: object) -> None:
        super().__init__(detail, code=reason.code, **evidence)
        self.reason = reason
