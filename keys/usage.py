"""What a signer may sign, as object identifiers of its certificate's extended key usage.

The three of the EU's certificate governance, each in two spellings that real
issuers use (with and without the arc 0), and one of this project for the
domestic form. Leaves out certificates themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

TESTS = "1.3.6.1.4.1.1847.2021.1.1"
VACCINATIONS = "1.3.6.1.4.1.1847.2021.1.2"
RECOVERIES = "1.3.6.1.4.1.1847.2021.1.3"
# An identifier under a random UUID needs no registry (ITU-T X.667).
DOMESTIC = "2.25.288029824644556333598086621028112657417"

ALL = frozenset({"domestic", "vaccination", "test", "recovery"})
_KINDS = {
    DOMESTIC: "domestic",
    TESTS: "test",
    VACCINATIONS: "vaccination",
    RECOVERIES: "recovery",
    "1.3.6.1.4.1.0.1847.2021.1.1": "test",
    "1.3.6.1.4.1.0.1847.2021.1.2": "vaccination",
    "1.3.6.1.4.1.0.1847.2021.1.3": "recovery",
}


def kinds_of(identifiers: Iterable[str]) -> frozenset[str]:
    """The kinds of pass that these usages allow; none of them named means all."""
    return frozenset(_KINDS[identifier] for identifier in identifiers if identifier in _KINDS) or ALL


def form_of(kinds: frozenset[str]) -> str | None:
    """The one form that these kinds belong to; None when they are of both."""
    if "domestic" not in kinds:
        return "travel"
    return "domestic" if kinds == {"domestic"} else None
