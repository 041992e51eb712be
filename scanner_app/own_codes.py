"""Codes of this system that are no passes: named on the scan screen, never judged.

An enrolment code held before the camera must not turn the screen red, as an unknown code does: nobody did
anything wrong. Left out: acting on such a code (`loop.beside`); a window that an officer holds does not enrol itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from keys.client.enrolment import is_enrolment
from keys.loop.frames import is_frame
from scanner_app import labels
from scanner_app.pipeline import Sighting
from scanner_app.words import Words

LOOP = "loop"
KINDS: dict[str, tuple[Callable[[str], bool], Words]] = {
    "enrolment": (is_enrolment, labels.ENROLMENT_CODE),
    LOOP: (is_frame, labels.LOOP_CODE),
}
"""Each kind: what it is known by, and what is said of it."""


def apart(sighting: Sighting) -> tuple[Sighting | None, str]:
    """The sighting without codes of our own (None: nothing else was in sight), and the kind of one; or none."""
    kinds = [kind_of(text) for text in sighting.texts]
    passes = tuple(text for text, kind in zip(sighting.texts, kinds, strict=True) if not kind)
    return (replace(sighting, texts=passes) if passes else None), next(filter(None, kinds), "")


def kind_of(text: str) -> str:
    """Which code of our own a text is; empty for every other, which is judged."""
    return next((kind for kind, (is_it, _) in KINDS.items() if is_it(text)), "")


def words_of(kind: str) -> Words:
    """What the scan screen says of a kind."""
    return KINDS[kind][1]
