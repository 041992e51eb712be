"""The result of re-issuing: one row for each person and form, written whole or not at all.

The file holds passes, so only its owner may read it. It is the same on every run of one batch.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from verifier_server.bulk.pictures import Drawers, Picture
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation.tables import ReissueRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

HEADER = ("row", "person", "form", "outcome", "problem", "lost_serial", "serial", "certificate_id", "text", "image")
_AT_ONCE = 1000


class Reissued(NamedTuple):
    """What became of one person's pass of one form."""

    person: int
    form: str
    outcome: str
    problem: str | None
    lost_serial: int
    serial: int | None
    certificate_id: str | None
    text: str | None
    status: str | None
    doses: int | None
    series: int | None


def reissued_in(session: Session, batch_id: int) -> Iterator[Reissued]:
    """Yield every row of a batch in the order of people, in flat memory."""
    chosen = (
        select(
            ReissueRow.person_id,
            ReissueRow.form,
            ReissueRow.outcome,
            ReissueRow.problem,
            ReissueRow.lost_serial,
            IssuedPass.serial,
            IssuedPass.certificate_id,
            IssuedPass.text,
            IssuedPass.status,
            IssuedPass.doses,
            IssuedPass.series,
        )
        .outerjoin(IssuedPass, IssuedPass.id == ReissueRow.pass_id)
        .where(ReissueRow.batch_id == batch_id)
        .order_by(ReissueRow.person_id, ReissueRow.form)
        .execution_options(yield_per=_AT_ONCE)
    )
    for found in session.execute(chosen):
        yield Reissued(*found)


def write_results(path: Path, rows: Iterable[Reissued], image: str) -> Counter[str]:
    """Write the result file (mode 0600) and count the outcomes.

    :param image: ``png``, ``svg`` or ``none``.
    """
    outcomes: Counter[str] = Counter()
    temporary = path.with_name(path.name + ".part")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for number, row in enumerate(rows, start=1):
            writer.writerow(_cells(number, row, image))
            outcomes[row.outcome] += 1
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return outcomes


def draw_pictures(folder: Path, rows: Iterable[Reissued], image: str, workers: int) -> None:
    """Draw the picture of every pass that was issued or kept and has none in this folder yet."""
    if image == "none":
        return
    with Drawers(workers) as drawers:
        for number, row in enumerate(rows, start=1):
            if row.text and row.status and row.doses is not None:
                place = folder / image_name(number, row, image)
                drawers.add(Picture(place, row.text, row.status, row.doses, row.series))


def image_name(number: int, row: Reissued, image: str) -> str:
    """Return a picture's place: with the serial in it, a picture left by another run is never taken for this one."""
    return f"images/{number // 1000:04d}/{row.serial}.{image}"


def _cells(number: int, row: Reissued, image: str) -> list[object]:
    told = (row.person, row.form, row.outcome, row.problem, row.lost_serial, row.serial, row.certificate_id, row.text)
    picture = image_name(number, row, image) if row.text and image != "none" else ""
    return [number, *("" if value is None else value for value in told), picture]
