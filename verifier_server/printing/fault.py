"""The one error of printing."""

from __future__ import annotations

from verifier_server.errors import ServerError


class PrintFault(ServerError):
    """A paper was made whose code does not read as what was signed, or cannot be made; nothing is handed out."""

    code = "print_fault"
