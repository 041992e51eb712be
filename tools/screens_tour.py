"""One browser's way through the server's pages, photographed: what every tour is made of."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

CLERK, LEAD, ADMINISTRATOR, AUDITOR = "clerk", "lead", "admin", "auditor"
_COLOURS = 256


@contextlib.contextmanager
def tour(
    browser: Browser, url: str, folder: Path, size: tuple[int, int], language: str, passwords: Mapping[str, str]
) -> Iterator[Tour]:
    """A fresh browser of one size in one language."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height})
    made = Tour(context.new_page(), url, folder, f"{width}x{height}-{language}", passwords)
    made.go(f"/language/{language}")
    yield made
    context.close()


class Tour:
    """A browser that follows links, sends forms and takes pictures.

    :param name: what the names of its pictures begin with.
    :param passwords: of the accounts that it logs in with.
    """

    def __init__(self, page: Page, url: str, folder: Path, name: str, passwords: Mapping[str, str]) -> None:
        self.page, self.url, self.name = page, url, name
        self.taken: list[Path] = []
        self._folder, self._passwords = folder, passwords

    def go(self, path: str) -> None:
        """Open a page of the server."""
        self.page.goto(self.url + path)

    def press(self, chosen: str) -> None:
        """Press a link or a form's button and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.locator(chosen).first.click()

    def log_in(self, who: str) -> None:
        """Log in as one of the accounts of the sample."""
        self.go("/login")
        self.page.fill("#email", f"{who}@example.vn")
        self.page.fill("#password", self._passwords[who])
        self.press("main button[type=submit]")
        self.page.wait_for_url(self.url + "/")

    def photograph(self, screen: str) -> None:
        """Take a picture of the whole page."""
        self.page.evaluate("document.fonts.ready")
        path = self._folder / f"{self.name}-{screen}.png"
        # A window as high as the page: what is fixed to a window's foot would lie across the middle.
        size = self.page.viewport_size
        height = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": size["width"], "height": max(height, size["height"])})
        light(self.page.screenshot()).save(path, optimize=True)
        self.page.set_viewport_size(size)
        self.taken.append(path)


def light(png: bytes) -> Image.Image:
    """Return a picture in the 256 colours it has most of: a page's flat colours stay exactly what they are."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    counts: Counter[tuple[int, int, int]] = Counter()
    for many, colour in picture.getcolors(picture.width * picture.height) or []:
        counts[colour] = many
    most = [part for colour, _many in counts.most_common(_COLOURS) for part in colour]
    palette = Image.new("P", (1, 1))
    palette.putpalette(most)
    return picture.quantize(len(most) // 3, palette=palette, dither=Image.Dither.NONE)
