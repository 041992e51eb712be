"""The result file: exactly one row for each row of the input, in its order, written whole or not at all."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from verifier_server.bulk.journal import Outcome

HEADER = ("row", "outcome", "column", "problem", "serial", "certificate_id", "text", "image")


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows got a pass, and how many were refused."""

    issued: int
    refused: int


def write_results(path: Path, outcomes: Iterable[Outcome], image: str) -> Totals:
    """Write `results.csv`.

    :param image: ``png``, ``svg`` or ``none``.
    """
    issued = refused = 0
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for outcome in outcomes:
            writer.writerow(_cells(outcome, image))
            issued += outcome.text is not None
            refused += outcome.text is None
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return Totals(issued, refused)


def image_name(row: int, image: str) -> str:
    """Return the place of a row's picture below the output folder, a thousand to a folder."""
    return f"images/{row // 1000:04d}/{row:07d}.{image}"


def _cells(outcome: Outcome, image: str) -> tuple[object, ...]:
    if outcome.text is None:
        return outcome.row, "refused", outcome.column, outcome.problem, "", "", "", ""
    picture = "" if image == "none" else image_name(outcome.row, image)
    return outcome.row, "issued", "", "", outcome.serial, outcome.certificate_id, outcome.text, picture
