"""Cards of many people in one file: ten on a sheet of A4, fronts on one page and their backs on the next.

Printed on both sides (turned on the long edge) each back meets its front; cut marks stand outside of the cards. Made
and read back in pieces of some sheets, so that memory stays flat however many cards there are.
Left out: whose cards (:mod:`~.choosing`, :mod:`~.groups`), and one card alone (:mod:`~.paper`).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from verifier_server.printing import selftest
from verifier_server.printing.paper import Face, face
from verifier_server.printing.typeset import pdf
from verifier_server.printing.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verifier_server.passes.tables import IssuedPass

Item = TypeVar("Item")

CARDS_A_SHEET = 10
CARDS_A_PIECE = 5 * CARDS_A_SHEET
_SCALE = 6


class Sheet(NamedTuple):
    """One page of ten places; an empty place holds None."""

    faces: list[Face | None]
    is_back: bool
    title: str


def pieces(passes: Iterable[IssuedPass], *, language: str, ends_old: bool = False) -> Iterator[tuple[int, bytes]]:
    """Give the cards in pieces: how many cards a piece has, and its PDF file, already read back.

    :param passes: current passes, in the order in which their cards are to be handed out.
    :raises PrintFault: a code of a page does not read as what was signed.
    """
    first = 1
    for chunk in _batches(passes, CARDS_A_PIECE):
        made = sheets_pdf(chunk, first, language=language, ends_old=ends_old)
        selftest.check_pages(made, texts_of("card", [issued.text for issued in chunk]))
        yield len(chunk), made
        first += -(-len(chunk) // CARDS_A_SHEET)


def sheets_pdf(passes: Sequence[IssuedPass], first: int, *, language: str, ends_old: bool) -> bytes:
    """Return some cards, fronts and backs, not read back yet.

    :param first: the number of the first sheet.
    """
    sheets: list[Sheet] = []
    for number, chunk in enumerate(_batches(passes, CARDS_A_SHEET), start=first):
        faces = [face(issued, language, _SCALE, ends_old=ends_old) for issued in chunk]
        sheets += [Sheet([*faces], False, f"{number}"), Sheet(mirrored(faces), True, f"{number}")]
    return pdf("sheet.html", sheets=sheets, words=words(language), lang=language)


def pages_pdf(passes: Sequence[IssuedPass], *, language: str, ends_old: bool) -> bytes:
    """Return a page of A4 for each pass, not read back yet."""
    faces = [face(issued, language, _SCALE, ends_old=ends_old) for issued in passes]
    return pdf("pages.html", each=faces, words=words(language), lang=language)


def texts_of(layout: str, texts: Sequence[str]) -> list[list[str]]:
    """Return what must be read on each page of papers of a layout, ``a4`` or ``card``."""
    if layout == "a4":
        return [[text] for text in texts]
    return [chunk for chunk in _batches(texts, CARDS_A_SHEET) for _side in ("front", "back")]


def mirrored(faces: Sequence[Face]) -> list[Face | None]:
    """Return the backs in the order of the places: left and right of each row change sides."""
    places: list[Face | None] = [*faces, *[None] * (-len(faces) % 2)]
    return [places[at ^ 1] for at in range(len(places))]


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    left = iter(items)
    while chunk := list(islice(left, size)):
        yield chunk
