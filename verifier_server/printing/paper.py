"""One pass on paper: a page of A4, or a card of the size of an ID card with the code on both sides.

Nothing is signed here, and nothing is printed that was not: name, dates and vaccine are read from the signed text.
Before a file leaves, its codes are read from its rendered pages and compared (:mod:`~.selftest`).
Left out: many cards at once (:mod:`~.sheets`).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, NamedTuple

from vaccine_pass.status import Status
from verifier_server.drawing import Caption, bulk_png
from verifier_server.errors import ServerError
from verifier_server.passes.issued import standing
from verifier_server.printing import selftest
from verifier_server.printing.said import said_by
from verifier_server.printing.typeset import pdf
from verifier_server.printing.words import PaperWords, words
from verifier_server.web.display import day, day_of

if TYPE_CHECKING:
    from verifier_server.passes.tables import IssuedPass
    from verifier_server.people.tables import Person

LAYOUTS = ("a4", "card")
_CODES = {"a4": 1, "card": 2}
_SCALE = {"a4": 8, "card": 6}


class Face(NamedTuple):
    """What stands on one paper, ready to be filled in."""

    code: str
    title: str
    status: str
    colour: str
    name: str
    birth: str
    doses: str
    vaccine: str | None
    last_dose: str
    issued: str
    until: str
    number: str
    form: str
    later: str


def pass_pdf(
    issued: IssuedPass, person: Person, layout: str, *, language: str, now: int, ends_old: bool = False
) -> bytes:
    """Return a pass as a PDF file to print.

    :param layout: ``a4``, a page with the code large; ``card``, 85.6 x 54 mm (ID-1, ISO/IEC 7810), the code on the
        front and on the back, to be cut out, folded and laminated.
    :param language: ``vi`` or ``en``.
    :param now: Unix seconds.
    :param ends_old: a new domestic pass ends this one; the paper says so (``new_pass_ends_old``).
    :raises ServerError: the pass is not in use any more.
    :raises PrintFault: a code in the finished file does not read as what was signed.
    """
    if layout not in LAYOUTS:
        raise TypeError(f"no layout {layout!r}")
    if issued.person_id != person.id:
        raise TypeError("this is the pass of somebody else")
    refuse_unless_current(issued, now)
    drawn = face(issued, language, _SCALE[layout], ends_old=ends_old)
    made = pdf(f"{layout}.html", face=drawn, words=words(language), lang=language)
    selftest.check(made, [issued.text] * _CODES[layout])
    return made


def refuse_unless_current(issued: IssuedPass, now: int) -> None:
    """Refuse to print what a checkpoint would refuse.

    :raises ServerError: it has expired, was replaced or was revoked.
    """
    if standing(issued, now) != "current":
        raise ServerError("This pass is not in use any more: print the present one.", code="pass_not_current")


def face(issued: IssuedPass, language: str, scale: int, *, ends_old: bool = False) -> Face:
    """Return what is printed of a pass.

    :param scale: pixels a module of the code's picture.
    :raises PrintFault: its text is no pass.
    """
    said = said_by(issued.text)
    caption = Caption(Status(issued.status), issued.doses, issued.series, language)
    picture = bulk_png(
        issued.text,
        status=caption.status,
        doses=issued.doses,
        series=issued.series,
        lang=language,
        scale=scale,
    )
    return Face(
        code="data:image/png;base64," + base64.b64encode(picture).decode("ascii"),
        title=caption.title,
        status=issued.status,
        colour=caption.look.colour,
        name=said.name,
        birth=said.birth,
        doses=caption.words,
        vaccine=said.vaccine,
        last_dose=day(said.last_dose),
        issued=day_of(issued.issued_at),
        until=day_of(issued.expires_at),
        number=issued.certificate_id or f"{issued.serial:08X}",
        form=_form(issued, words(language)),
        later=later(issued, language, ends_old=ends_old),
    )


def later(issued: IssuedPass, language: str, *, ends_old: bool) -> str:
    """Return what becomes of this pass when its holder gets a new one; a travel pass is never ended by one."""
    said = words(language)
    sentence = said.later_ended if ends_old and issued.form == "domestic" else said.later_kept
    return sentence.format(until=day_of(issued.expires_at))


def _form(issued: IssuedPass, said: PaperWords) -> str:
    return said.domestic if issued.form == "domestic" else said.travel
