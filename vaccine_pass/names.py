"""Names: checked as written, and folded for comparing, searching and the machine-readable zone.

A name is kept as its holder writes it (NFC).  Vietnamese needs care that Unicode does not give:
``Đ`` has no decomposition, and "Hoà" and "Hòa" stay different strings after NFC because old and
new spelling put the tone on different vowels.  Left out: matching of records, which weighs more
than the name.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Literal

from vaccine_pass.errors import PassError

MAX_LETTERS = 80
MAX_BYTES = 114
"""A domestic pass holds a whole name or none: 80 characters and 114 bytes of UTF-8 (DESIGN)."""

_MAX_WRITTEN = 10 * MAX_LETTERS  # decomposed letters and their marks, before anything else is looked at
_PIECE = 256

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_VOWEL_RUN = re.compile(rf"[aeiouy](?:[\u0302\u0306\u031b]|[{_TONES}]|[aeiouy])*")
_NO_DECOMPOSITION = str.maketrans(
    {"đ": "d", "ð": "d", "ø": "oe", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ł": "l", "ı": "i", "ħ": "h", "ŋ": "n"}
    | {"ŧ": "t", "ĳ": "ij", "ŀ": "l"}
)
_ICAO_PAIRS = (("a\u0308", "ae"), ("o\u0308", "oe"), ("u\u0308", "ue"), ("a\u030a", "aa"))
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "So", "Sk"})
_JOINS = str.maketrans({"'": "", "’": "", "ʼ": "", "‘": "", "-": " ", "‐": " ", "–": " ", "/": " "})
_LATIN = _NO_DECOMPOSITION | _JOINS
_MRZ_LETTERS = b"abcdefghijklmnopqrstuvwxyz"
_TO_MRZ = bytes.maketrans(_MRZ_LETTERS + b",;", _MRZ_LETTERS.upper() + b"  ")
_NOT_MRZ = bytes(code for code in range(128) if code not in _MRZ_LETTERS + b" ,;")


class NameMatch(Enum):
    """How two names compare: three answers, since "without accents" is not "the same"."""

    SAME = "same"
    SAME_WITHOUT_ACCENTS = "same_without_accents"
    DIFFERENT = "different"


def whole_name(text: str) -> str:
    """Return the name in NFC with single spaces, or refuse it; a name is never cut.

    :raises PassError: when it is empty, longer than 80 characters or 114 bytes, or holds a
        control, direction or picture character.
    """
    written = " ".join(text.split())
    if len(written) > _MAX_WRITTEN:
        raise _too_long(written)
    name = unicodedata.normalize("NFC", written)
    if not name.replace(" ", "").isalpha():  # nearly every name is; the rest is looked at closely
        _check_letters(name)
    if len(name) > MAX_LETTERS or len(name.encode()) > MAX_BYTES:
        raise _too_long(name)
    return name


def folded(text: str) -> str:
    """Return the form in which "Hoà", "Hòa" and "HÒA" are one: case and tone position folded."""
    decomposed = _normalized("NFD", " ".join(text.casefold().split()))
    return _normalized("NFC", _VOWEL_RUN.sub(_tones_last, decomposed))


def plain(text: str) -> str:
    """Return the name without accents and case, for searching: ``nguyen thi hoa``."""
    decomposed = _normalized("NFD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(letters.translate(_LATIN).split())


def icao(text: str) -> str:
    """Return the machine-readable form, A-Z and ``<`` (ICAO Doc 9303-3, section 6; Đ is D, Ö is OE).

    Hyphens and commas part words, apostrophes do not; what has no Latin base letter is left out.
    """
    decomposed = _normalized("NFD", text.lower())
    if "\u0308" in decomposed or "\u030a" in decomposed:
        for pair, letters in _ICAO_PAIRS:
            decomposed = decomposed.replace(pair, letters)
    latin = decomposed.translate(_LATIN).encode("ascii", "ignore").translate(_TO_MRZ, _NOT_MRZ)
    return "<".join(latin.decode("ascii").split())


def split_vietnamese(full_name: str) -> tuple[str, str]:
    """Return (family name, middle and given names): the family name is written first."""
    family, _, given = " ".join(full_name.split()).partition(" ")
    return family, given


def compare(one: str, other: str) -> NameMatch:
    """Say whether two written names are the same, the same without accents, or different."""
    if folded(one) == folded(other):
        return NameMatch.SAME
    if plain(one) == plain(other):
        return NameMatch.SAME_WITHOUT_ACCENTS
    return NameMatch.DIFFERENT


def _check_letters(name: str) -> None:
    if not any(letter.isalpha() for letter in name):
        raise PassError("The name is empty: write the full name as on the ID card.", code="bad_name")
    for place, letter in enumerate(name, start=1):
        if unicodedata.category(letter) in _REFUSED_CATEGORIES:
            what = f"character {place} (U+{ord(letter):04X})"
            raise PassError(f"The name has {what}, which no name has: retype it.", code="bad_name")


def _tones_last(run: re.Match[str]) -> str:
    text = run.group()
    tones = "".join(mark for mark in text if mark in _TONES)
    return "".join(mark for mark in text if mark not in _TONES) + tones


def _normalized(form: Literal["NFC", "NFD"], text: str) -> str:
    """Return a normal form in linear time.

    Unicode's own way sorts a run of marks by insertion, so that a page of nothing but marks would
    take minutes; no name is longer than a piece.
    """
    if len(text) <= _PIECE:
        return unicodedata.normalize(form, text)
    pieces = range(0, len(text), _PIECE)
    return "".join(unicodedata.normalize(form, text[start : start + _PIECE]) for start in pieces)


def _too_long(name: str) -> PassError:
    size = f"{len(name)} characters and {len(name.encode(errors='replace'))} bytes"
    limit = f"{MAX_LETTERS} characters and {MAX_BYTES} bytes"
    return PassError(f"The name has {size}, more than a pass holds ({limit}).", code="name_too_long")
