"""Which scanners are known, and whether an activation asks them: receipts may only delay.

The file of scanners is looked at only while it can delay something. So a file that
is damaged, old or hostile delays no longer than an honest one: until the staleness
limit has passed once more. Where no key can sign, and for a spare, nobody is asked:
a scanner that cannot know the key by then is too old to judge anyway. Leaves out
what is in the file (``receipts``).
"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from keys import lifecycle, receipts, steps
from keys.entry import SignerEntry
from keys.errors import KeysError
from keys.files import read_public, told
from keys.lifecycle import Signers
from keys.receipts import Coverage, Scanner
from keys.store import KeyStore

FILE_NAME = "scanners.json"


def receipts_file(parser: ArgumentParser) -> None:
    """Add ``--receipts``."""
    parser.add_argument(
        "--receipts",
        type=Path,
        metavar="FILE",
        help=f"the scanners and their receipts, as the server exports them (default: {FILE_NAME} in the key folder)",
    )


def known_scanners(store: KeyStore, file: Path | None = None) -> tuple[Scanner, ...]:
    """The scanners in a file, or in the key folder's own; none when that is not there.

    :raises KeysError: ``not_found`` for a file that was named, ``bad_scanners_file``.
    """
    path = file or store.root / FILE_NAME
    if file is None and not path.exists():
        return ()
    with told(path):
        too_large = path.stat().st_size > receipts.MOST_BYTES
    if too_large:  # said before it fills the memory
        raise KeysError(f"{path} is larger than any file of scanners; take it away.", code="bad_scanners_file")
    return receipts.load_scanners(read_public(path))


def refuse_if_absent(file: Path | None) -> None:
    """KeysError ``not_found`` for a file that was named and is not there: a slip, also where it could delay nothing."""
    if file is not None and not file.exists():
        raise KeysError(
            f"there is no file of scanners {file}; give --receipts the file that `checkpoint-server scanners export` "
            "wrote, or leave it out.",
            code="not_found",
        )


def asked(store: KeyStore, signers: Signers, entry: SignerEntry, now: int, file: Path | None = None) -> Coverage | None:
    """How many known scanners hold a key that is to be activated; None when that can delay nothing."""
    until = lifecycle.waits_until(entry)
    if entry.spare or until is None or now >= until or not steps.signs(signers, entry.form, now):
        return None
    scanners = known_scanners(store, file)
    return receipts.coverage(entry.kid, scanners) if scanners else None
