"""Cards of many people in one file: ten on a sheet of A4, fronts on one page and their backs on the next.

Printed on both sides (turned on the long edge) each back meets its front; cut marks stand outside of the cards. Made
and read back in pieces of some sheets, so that memory stays flat however many cards there are.
Left out: whose cards (:mod:`~.choosing`), and one card alone (:mod:`~.paper`).
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from verifier_server.printing import selftest
from verifier_server.printing.paper import Face, face
from verifier_server.printing.typeset import pdf
from verifier_server.printing.words import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verifier_server.passes.tables import IssuedPass

CARDS_A_SHEET = 10
CARDS_A_PIECE = 5 * CARDS_A_SHEET
_SCALE = 6


class Sheet(NamedTuple):
    """One page of ten places; an empty place holds None."""

    faces: list[Face | None]
    is_back: bool
    title: str


def pieces(passes: Iterable[IssuedPass], *, language: str) -> Iterator[tuple[int, bytes]]:
    """Give the cards in pieces: how many cards a piece has, and its PDF file, already read back.

    :param passes: current passes, in the order in which their cards are to be handed out.
    :raises PrintFault: a code of a page does not read as what was signed.
    """
    first = 1
    for chunk in _batches(passes, CARDS_A_PIECE):
        yield len(chunk), _piece(chunk, first, language)
        first += -(-len(chunk) // CARDS_A_SHEET)


def _piece(passes: Sequence[IssuedPass], first: int, language: str) -> bytes:
    sheets: list[Sheet] = []
    texts: list[list[str]] = []
    for number, chunk in enumerate(_batches(passes, CARDS_A_SHEET), start=first):
        faces = [face(issued, language, _SCALE) for issued in chunk]
        sheets += [Sheet([*faces], False, f"{number}"), Sheet(mirrored(faces), True, f"{number}")]
        texts += [[issued.text for issued in chunk]] * 2
    made = pdf("sheet.html", sheets=sheets, words=words(language), lang=language)
    selftest.check_pages(made, texts)
    return made


def mirrored(faces: Sequence[Face]) -> list[Face | None]:
    """Return the backs in the order of the places: left and right of each row change sides."""
    places: list[Face | None] = [*faces, *[None] * (-len(faces) % 2)]
    return [places[at ^ 1] for at in range(len(places))]


def _batches(passes: Iterable[IssuedPass], size: int) -> Iterator[list[IssuedPass]]:
    left = iter(passes)
    while chunk := list(islice(left, size)):
        yield chunk
