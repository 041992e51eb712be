"""What the verdict screen says about a verdict: a plain value, made without Kivy.

Only signed fields are shown. Left out: layout, and every decision about the pass itself.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from scanner_app import labels
from scanner_app.words import advice_for
from vaccine_pass.appearance import LOOKS, Look, doses_text
from vaccine_pass.claims import VerifiedClaims
from vaccine_pass.status import Status
from vaccine_pass.verdict import Outcome, Verdict

LONG_VACCINE = 18
"""Letters of a vaccine's name that leave room for the date on the same line."""


@dataclass(frozen=True, slots=True)
class Face:
    """Every string of the verdict screen; an empty one takes no room."""

    look: Look
    symbol: str
    word: str
    summary: str
    name: str = ""
    birth: str = ""
    vaccine: str = ""
    sentence: str = ""
    next_step: str = ""
    stage: str = ""
    asks_for_card: bool = False


def face_of(verdict: Verdict, language: str) -> Face:
    """The face of `verdict` in `language` ("vi" or "en")."""
    if verdict.outcome is Outcome.ACCEPTED and verdict.claims is not None:
        return _accepted(verdict.claims, verdict.warning, language)
    return _not_accepted(verdict, language)


def _accepted(claims: VerifiedClaims, old_data: bool, language: str) -> Face:
    look = LOOKS[claims.status or Outcome.ACCEPTED]
    return Face(
        look=look,
        symbol=_symbol(claims),
        word=_upper(look.word(language)),
        summary=_summary(claims, language),
        name=_for_kivy(claims.name),
        birth=claims.birth.display if claims.birth else "",
        vaccine=_vaccine(claims),
        sentence=labels.OLD_DATA.of(language) if old_data else "",
        asks_for_card=True,
    )


def _not_accepted(verdict: Verdict, language: str) -> Face:
    advice = advice_for(verdict.reason.code if verdict.reason else "")
    look = LOOKS[verdict.outcome]
    return Face(
        look=look,
        symbol="?" if verdict.outcome is Outcome.CANNOT_TELL else "",
        word=_upper(look.word(language)),
        summary="",
        sentence=advice.sentence.of(language),
        next_step=advice.next_step.of(language),
        stage=verdict.reason.stage if verdict.reason else "",
    )


def _symbol(claims: VerifiedClaims) -> str:
    if claims.status is Status.PARTIAL:
        return f"{claims.doses}/{claims.series}" if claims.series else f"{claims.doses}"
    return "0" if claims.status is Status.NONE else ""


def _summary(claims: VerifiedClaims, language: str) -> str:
    if claims.status is None:
        return (labels.RECOVERY if claims.kind == "recovery" else labels.TEST).of(language)
    return doses_text(claims.doses or 0, claims.series, language)


def _vaccine(claims: VerifiedClaims) -> str:
    last = claims.last_dose.strftime("%d/%m/%Y") if claims.last_dose else ""
    # A long name would push the date over the edge and leave the dot behind.
    between = " · " if len(claims.vaccine or "") <= LONG_VACCINE else "\n"
    return _for_kivy(between.join(part for part in (claims.vaccine, last) if part))


def _for_kivy(text: str) -> str:
    """NFC: Kivy draws a combining mark beside its letter, not above it."""
    return unicodedata.normalize("NFC", text)


def _upper(text: str) -> str:
    return unicodedata.normalize("NFC", text).upper()
