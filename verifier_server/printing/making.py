"""Making the papers of a run, piece by piece, each file whole or not there: killed at any moment, it goes on.

A piece is some sheets. The pieces of up to `PAPERS_A_PART` papers are put together into one file, and that file, as it
will be handed out, is rendered and every code on it is read before it gets its name. Whoever's pass has ended since
the run was asked for is left out. Memory stays flat: never more than one file is held.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pypdfium2
from sqlalchemy import delete, select

from verifier_server.errors import ServerError
from verifier_server.jobs.kinds import Progress
from verifier_server.passes.issued import standing
from verifier_server.passes.tables import IssuedPass
from verifier_server.printing import selftest, sheets
from verifier_server.printing.folder import PrintFolder
from verifier_server.printing.runs import finish
from verifier_server.printing.tables import OVER, READY, PrintPlace, PrintRun

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from verifier_server.jobs.kinds import Work

PAPERS_A_PIECE = sheets.CARDS_A_PIECE
PAPERS_A_PART = 1000
_PAGES_A_SIGN = 10


class RunOver(ServerError):
    """Somebody ended the run, or its time was over."""

    code = "print_run_over"


class _Ready(Exception):
    """Another worker has made all of the run."""


def make_papers(work: Work, number: int) -> Iterator[Progress]:
    """Make what is not made yet of a run; a run that is over leaves no file.

    :raises PrintFault: a code of a page does not read as what was signed; that file is not handed out.
    :raises ServerError: the disk is full.
    """
    folder = PrintFolder(work.config.instance, number)
    try:
        with work.storage.reading() as session:
            run = _open_run(session, number)
        for first in range(0, run.papers, PAPERS_A_PART):
            yield from _part(work, folder, run, first)
        with work.storage.writing() as session:
            finish(session, number, work.now())
        yield Progress(run.papers, run.papers)
    except RunOver:
        folder.remove()
    except _Ready:
        return


def _open_run(session: Session, number: int, *, lock: bool = False) -> PrintRun:
    run = session.get(PrintRun, number, with_for_update=lock, populate_existing=True)
    if run is None or run.state == OVER:
        raise RunOver("This run of printing is over.")
    if run.state == READY:
        raise _Ready
    return run


def _part(work: Work, folder: PrintFolder, run: PrintRun, first: int) -> Iterator[Progress]:
    last = min(first + PAPERS_A_PART, run.papers)
    number = first // PAPERS_A_PART + 1
    made: list[Path] = []
    if not folder.part(number).exists():
        texts: list[list[str]] = []
        for at in range(first, last, PAPERS_A_PIECE):
            signed = _piece(work, folder, run, at)
            if signed:
                made.append(folder.piece(at // PAPERS_A_PIECE))
                texts += sheets.texts_of(run.layout, signed)
            yield Progress(min(at + PAPERS_A_PIECE, last), run.papers)
        if made:
            folder.write(folder.draft(number), _together(made))
            for page in selftest.check_file(folder.draft(number), texts):
                if page % _PAGES_A_SIGN == 0:
                    yield Progress(last, run.papers)
            folder.draft(number).replace(folder.part(number))
    for piece in made:
        piece.unlink(missing_ok=True)
    yield Progress(last, run.papers)


def _piece(work: Work, folder: PrintFolder, run: PrintRun, at: int) -> list[str]:
    """Make one piece unless it is there; returns the texts on it, none when every pass of it has ended."""
    path = folder.piece(at // PAPERS_A_PIECE)
    passes = _passes(work, run.id, at, as_they_were=path.exists())
    if passes and not path.exists():
        ends_old = work.config.settings.new_pass_ends_old
        if run.layout == "a4":
            made = sheets.pages_pdf(passes, language=run.language, ends_old=ends_old)
        else:
            first = at // sheets.CARDS_A_SHEET + 1
            made = sheets.sheets_pdf(passes, first, language=run.language, ends_old=ends_old)
        folder.write(path, made)
    return [issued.text for issued in passes]


def _passes(work: Work, number: int, at: int, *, as_they_were: bool) -> Sequence[IssuedPass]:
    """The passes of a piece; those that have ended lose their place, unless the piece was made before."""
    places = (PrintPlace.run_id == number, PrintPlace.place >= at, PrintPlace.place < at + PAPERS_A_PIECE)
    of_piece = select(IssuedPass).join(PrintPlace).where(*places).order_by(PrintPlace.place)
    with work.storage.writing() as session:
        _open_run(session, number, lock=True)
        found = session.scalars(of_piece).all()
        if as_they_were:
            return found
        ended = [one.id for one in found if standing(one, work.now()) != "current"]
        session.execute(delete(PrintPlace).where(*places, PrintPlace.pass_id.in_(ended)))
        return [one for one in found if one.id not in ended]


def _together(pieces: Sequence[Path]) -> bytes:
    whole, file = pypdfium2.PdfDocument.new(), io.BytesIO()
    try:
        for path in pieces:
            with pypdfium2.PdfDocument(path) as piece:
                whole.import_pages(piece)
        whole.save(file)
    finally:
        whole.close()
    return file.getvalue()
