"""The print self-test: every code of a finished PDF is read from its pages, as a scanner would, and compared.

It looks at the file that is handed out, not at what went into it: a wrong picture, one that is cut off, one that is
too small or stands twice where another should stand is found. Left out: the printer, its ink and the paper.
"""

from __future__ import annotations

from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING

import pypdfium2
import zxingcpp

from verifier_server.printing.fault import PrintFault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

DOTS_PER_INCH = 200
"""Below the 300 of an ordinary printer: what is read here has something in reserve."""
_POINTS_PER_INCH = 72


def check(pdf: bytes, texts: Iterable[str]) -> None:
    """Read every code of a PDF.

    :param texts: the signed texts, each as often as its code must stand in the file.
    :raises PrintFault: the file holds other codes, or not as many.
    """
    check_pages(pdf, [list(texts)], together=True)


def check_pages(pdf: bytes, pages: Sequence[Sequence[str]], *, together: bool = False) -> None:
    """Like `check`, with the texts of each page, so that front and back of one sheet are compared apart.

    :param together: only the whole file is compared.
    :raises PrintFault: a page holds other codes, or not as many.
    """
    found = list(_found(pdf))
    if together:
        found = [[text for page in found for text in page]]
    if [Counter(page) for page in found] != [Counter(page) for page in pages]:
        raise _fault(found, pages)


def check_file(path: Path, pages: Sequence[Sequence[str]]) -> Iterator[int]:
    """Read a file of many pages, one after the other, in flat memory; gives how many were read after each.

    :param pages: the texts of each page.
    :raises PrintFault: a page holds other codes, or there are more or fewer pages.
    """
    number = 0
    for number, (found, wanted) in enumerate(zip_longest(_found(path), pages, fillvalue=None), start=1):
        if found is None or wanted is None or Counter(found) != Counter(wanted):
            raise _fault([found or []], [wanted or []])
        yield number


def _fault(found: Sequence[Sequence[str]], wanted: Sequence[Sequence[str]]) -> PrintFault:
    return PrintFault(
        "The paper was not handed out: its code did not read as what was signed. Try again, and tell the "
        "administrator when it stays so.",
        read=sum(len(page) for page in found),
        wanted=sum(len(page) for page in wanted),
    )


def _found(pdf: bytes | Path) -> Iterator[list[str]]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            image = page.render(scale=DOTS_PER_INCH / _POINTS_PER_INCH, grayscale=True).to_numpy()
            page.close()
            if image.ndim != 2:
                image = image[:, :, 0]
            codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)
            yield [code.text for code in codes]
    finally:
        document.close()
