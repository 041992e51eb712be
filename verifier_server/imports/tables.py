"""The tables of imports: a file, and what became of each of its rows.

A row holds no personal value, except while it waits for a clerk: then what the file says about it stands in
``cells``, and goes when it is decided. The file itself lies in the instance folder until its import is over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from verifier_server.tables import Base, RowId

CHECKING, CHECKED, IMPORTING, IMPORTED = "checking", "checked", "importing", "imported"
UNDOING, UNDONE, FAILED, DISCARDED = "undoing", "undone", "failed", "discarded"
OVER = (UNDONE, FAILED, DISCARDED)
"""States after which the same file may be handed in anew."""

NEW, DOSE, KNOWN, DOUBTFUL, REFUSED = "new", "dose", "known", "doubtful", "refused"
FINDINGS = (NEW, DOSE, KNOWN, DOUBTFUL, REFUSED)
"""What the rehearsal says: a new person, a new dose of a known one, nothing new, a clerk's question, wrong."""

ENTERED, WAITING, REJECTED, REMOVED, KEPT = "entered", "waiting", "rejected", "removed", "kept"
"""What became of a row, with `KNOWN` and `REFUSED`; `UNDONE`, `REMOVED` (the person too) and `KEPT` after an undo."""


class ImportRun(Base):
    """One file of earlier vaccinations, from the upload to its end."""

    __tablename__ = "import_run"
    __table_args__ = (
        CheckConstraint(
            "state IN ('checking', 'checked', 'importing', 'imported', 'undoing', 'undone', 'failed', 'discarded')",
            name="state_known",
        ),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    file_name: Mapped[str] = mapped_column(String(120))
    file_sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    # UTF-8, Windows-1258, XLSX, …: shown, so that wrong letters are noticed before they are in the register.
    read_as: Mapped[str | None] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(9))
    # What is wrong with the whole file: a code, a sentence, and what the Vietnamese sentence names.
    problem: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    # Names of sites that the register does not know and the import would enter.
    new_sites: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    # Records that are in the rows of this import, and those whose outcome is in the register: where to go on.
    rows_checked: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[int] = mapped_column(BigInteger)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    run_at: Mapped[int | None] = mapped_column(BigInteger)
    # Who pressed the button, and so signed off what the file says. None: the command line.
    run_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    imported_at: Mapped[int | None] = mapped_column(BigInteger)
    undone_at: Mapped[int | None] = mapped_column(BigInteger)
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # The job at work. No foreign key: ended jobs are deleted after a while.
    job: Mapped[int | None] = mapped_column(BigInteger)
    token: Mapped[str | None] = mapped_column(String(43), unique=True)


class ImportRow(Base):
    """One row of a file."""

    __tablename__ = "import_row"
    __table_args__ = (Index("ix_import_row_outcome", "import_id", "outcome", "row"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    finding: Mapped[str] = mapped_column(String(8))
    # None: not imported yet.
    outcome: Mapped[str | None] = mapped_column(String(8))
    # What is wrong: for each fault its column, code, sentence, and what the Vietnamese sentence names.
    faults: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    cells: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    new_person: Mapped[bool] = mapped_column(default=False)
    # No foreign key: a dose that is struck stands in `dose_version` only.
    dose_id: Mapped[int | None] = mapped_column(BigInteger)
    # What the register learned about a known person, and the person's version by that: undone if still so.
    learned: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    learned_version: Mapped[int | None]
    # Who looks at a waiting row now: another clerk is shown the next one.
    held_by: Mapped[int | None] = mapped_column(BigInteger)
    held_at: Mapped[int | None] = mapped_column(BigInteger)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str | None] = mapped_column(String(200))
