"""All pictures in docs/screens/, made anew from the running programs, and the README's overview.

`make screens` runs it. Left out: how each program is driven (`screens_scanner`, `screens_server`).
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tools import screens_index, screens_scanner, screens_server

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screens"
GREY = "#E9ECEF"
GAP = 28
HEIGHT = 640
SCANNER = ("scan", "complete", "begun", "none", "refused", "cannot-tell")
SERVER = ("pass-none", "pass-begun", "pass-complete", "person", "record-dose")


def main() -> None:
    """Take every picture, then put the overview together."""
    taken = screens_scanner.main() + screens_server.main()
    overview = FOLDER / "overview.png"
    _overview().save(overview, optimize=True)
    screens_index.write()
    print(f"wrote {len(taken) + 1} pictures to docs/screens/")


def _overview() -> Image.Image:
    rows = [
        [FOLDER / "scanner" / f"360x720-vi-{screen}.png" for screen in SCANNER],
        [FOLDER / "server" / f"390x844-vi-{screen}.png" for screen in SERVER],
    ]
    drawn = [_row([_phone(path) for path in paths]) for paths in rows]
    sheet = Image.new("RGB", (max(row.width for row in drawn), sum(row.height for row in drawn)), GREY)
    top = 0
    for row in drawn:
        sheet.paste(row, ((sheet.width - row.width) // 2, top))
        top += row.height
    return sheet.quantize(256)


def _phone(path: Path) -> Image.Image:
    """Return what a phone's screen shows of a picture, at one height for all."""
    picture = Image.open(path).convert("RGB")
    shown = picture.crop((0, 0, picture.width, min(picture.height, picture.width * 2)))
    return shown.resize((HEIGHT // 2, HEIGHT), Image.Resampling.LANCZOS)


def _row(pictures: list[Image.Image]) -> Image.Image:
    width = sum(picture.width + GAP for picture in pictures) + GAP
    row = Image.new("RGB", (width, HEIGHT + 2 * GAP), GREY)
    left = GAP
    for picture in pictures:
        row.paste(picture, (left, GAP))
        left += picture.width + GAP
    return row


if __name__ == "__main__":
    main()
