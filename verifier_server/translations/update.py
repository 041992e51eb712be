"""`python -m verifier_server.translations.update`: keeps the English catalogue in step with the pages.

It collects the texts of templates and code, keeps what is translated already, names what is not,
and compiles the file that the server reads. The compiled file is part of the source, so that a
clean clone needs no further step.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SERVER = Path(__file__).parent.parent
ENGLISH = Path(__file__).parent / "en" / "LC_MESSAGES" / "messages.po"
COMPILED = ENGLISH.with_suffix(".mo")
_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
_FILES = [("**/templates/**.html", "jinja2"), ("**.py", "python")]


def collected() -> Catalog:
    """Return the texts that the pages use now."""
    found = Catalog()
    for _file, _line, message, _comments, _context in extract_from_dir(SERVER, _FILES, keywords=_KEYWORDS):
        found.add(message)
    return found


def english() -> Catalog:
    """Return the English catalogue as it is on the disk."""
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the texts that have no English yet."""
    return [str(message.id) for message in catalogue if message.id and not all(_strings(message.string))]


def main() -> int:
    """Update and compile; 1 when a text has no English."""
    catalogue = english()
    catalogue.update(collected(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = "# The English texts of the server's pages."
    catalogue.last_translator = catalogue.language_team = catalogue.msgid_bugs_address = "Checkpoint QR"
    with ENGLISH.open("wb") as file:
        write_po(file, catalogue, width=110, sort_output=True, no_location=True, omit_header=False)
    with COMPILED.open("wb") as file:
        write_mo(file, catalogue)
    missing = untranslated(catalogue)
    for text in missing:
        sys.stderr.write(f"no English for: {text}\n")
    return 1 if missing else 0


def _strings(string: object) -> tuple[object, ...]:
    return string if isinstance(string, tuple) else (string,)


if __name__ == "__main__":
    sys.exit(main())
