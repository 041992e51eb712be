"""docs/screens/README.md: every picture there is, by page, in both sizes and languages.

`python -m tools.screens_index` writes it from the pictures' names; `make screens` does so after taking them.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screens"
LANGUAGES = ("vi", "en")
_WIDE = 640
_HEAD = """# Pictures of every page

Written by `python -m tools.screens_index`, after `make screens` has taken the pictures from the running programs. \
People, keys and passwords are invented. Each picture opens in full.
"""
PARTS = {
    "The start, people and doses": (
        "log-in start start-lead start-auditor search person person-new person-correct person-duplicates person-merge "
        "person-erase record-dose days day dose dose-correct dose-strike pass-none pass-begun pass-complete"
    ),
    "Back-entry": "imports import-checked import-done import-queue import-undo",
    "The health book": (
        "book-log-in book-code book-outbox book-family book-pass-none book-pass-complete book-wrong book-reported try "
        "try-verdict corrections correction"
    ),
    "Staff": (
        "accounts account-made account-waiting enrol recovery-codes own-account own-password second-code locked-out"
    ),
    "Administration": (
        "admin sites keys keys-alarm trust trust-demo minutes scanners scanner-code revocations revocation-new "
        "revocation-preview revocation-waiting revocation-half-way revocation-done alarms audit audit-checked tokens "
        "token-made api"
    ),
}
OTHERS = "Other pages"


def write(folder: Path = FOLDER) -> None:
    """Write the page."""
    (folder / "README.md").write_text(page(folder), "utf-8")


def page(folder: Path = FOLDER) -> str:
    """The page as it should be."""
    lines = [_HEAD]
    server = _by_screen(folder / "server")
    listed = {part: [one for one in screens.split() if one in server] for part, screens in PARTS.items()}
    known = {one for screens in listed.values() for one in screens}
    listed[OTHERS] = sorted(server.keys() - known)
    for part, screens in listed.items():
        if screens:
            lines += [f"## {part}", "", *_table(screens, server, "server"), ""]
    scanner = _by_screen(folder / "scanner")
    return "\n".join([*lines, "## The scanner", "", *_table(sorted(scanner), scanner, "scanner"), ""])


def _by_screen(folder: Path) -> dict[str, dict[tuple[str, str], str]]:
    found: dict[str, dict[tuple[str, str], str]] = {}
    for path in sorted(folder.glob("*.png")):
        size, language, screen = path.stem.split("-", 2)
        found.setdefault(screen, {})[size, language] = path.name
    return found


def _table(screens: Iterable[str], found: dict[str, dict[tuple[str, str], str]], folder: str) -> list[str]:
    sizes = sorted({size for pictures in found.values() for size, _ in pictures}, key=_width)
    heads = [f"{size} {language}" for size in sizes for language in LANGUAGES]
    rows = ["| page | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for screen in screens:
        cells = [
            _picture(folder, found[screen].get((size, language)), screen) for size in sizes for language in LANGUAGES
        ]
        rows.append(f"| {screen.replace('-', ' ')} | " + " | ".join(cells) + " |")
    return rows


def _picture(folder: str, name: str | None, screen: str) -> str:
    if name is None:
        return ""
    shown = 260 if _width(name) > _WIDE else 120
    return f'<a href="{folder}/{name}"><img src="{folder}/{name}" alt="{screen}" width="{shown}"></a>'


def _width(name: str) -> int:
    return int(name.split("x", 1)[0])


if __name__ == "__main__":
    write()
