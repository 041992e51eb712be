"""From a template to a PDF file, by WeasyPrint; nothing is fetched from anywhere but this package's own files.

The templates lie in ``templates/printing``; their text is escaped. Left out: what stands on a paper.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from PIL import ImageFile
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

if TYPE_CHECKING:
    from weasyprint.urls import URLFetcherResponse

# WeasyPrint turns this on for the whole process when it is loaded; a picture that a citizen sends and that ends too
# early must still be refused.
ImageFile.LOAD_TRUNCATED_IMAGES = False

_PACKAGE = Path(__file__).resolve().parents[1]
_TEMPLATES = _PACKAGE / "templates" / "printing"
_WEIGHTS = (400, 600, 700)
_PARTS = ("latin", "latin-ext", "vietnamese")


class _OwnFiles(URLFetcher):
    """Opens what the templates name: fonts of this package and pictures inside of the page itself."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Return a file of this package or a data URL; anything else is a fault of a template."""
        if not url.startswith(("data:", (_PACKAGE / "static" / "fonts").as_uri())):
            raise FatalURLFetchingError("a paper's template asked for a file that is not its own")
        return super().fetch(url, headers)


def pdf(template: str, **values: object) -> bytes:
    """Return the filled template as a PDF file.

    :param template: its name in ``templates/printing``.
    """
    html = _environment().get_template(template).render(**values)
    style, fonts = _style()
    document = HTML(string=html, base_url=_TEMPLATES.as_uri(), url_fetcher=_OwnFiles())
    made: bytes = document.write_pdf(stylesheets=[style], font_config=fonts)
    return made


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=1)
def _style() -> tuple[CSS, FontConfiguration]:
    fonts = FontConfiguration()
    text = _font_faces() + (_TEMPLATES / "paper.css").read_text("utf-8")
    return CSS(string=text, base_url=_PACKAGE.as_uri(), font_config=fonts, url_fetcher=_OwnFiles()), fonts


def _font_faces() -> str:
    # One family for each part of the alphabet: a family of several files would be one file of them here.
    folder = (_PACKAGE / "static" / "fonts").as_uri()
    return "".join(
        f'@font-face {{ font-family: "pass {part}"; font-weight: {weight}; '
        f'src: url("{folder}/be-vietnam-pro-{part}-{weight}-normal.woff2"); }}\n'
        for part in _PARTS
        for weight in _WEIGHTS
    )
