"""The EU's DCC JSON schema, versions 1.0.0 to 1.3.x, checked by hand.

A certificate is checked against the schema of its own ``ver``.  Form only: whether a code is in
a value set, or a dose number is at most the series, is for rules to say.  By hand because a
general validator costs six signature verifications (DESIGN, Speed); each limit below names the
version that brought it.

Source: the schema's releases 1.0.0, 1.0.1, 1.1.0, 1.2.0, 1.2.1, 1.3.0 and 1.3.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError, Unreadable
from vaccine_pass.reasons import Reason

Entry = Mapping[str, object]

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_STANDARDISED_NAME = re.compile(r"[A-Z<]*")
_COUNTRY = re.compile(r"[A-Z]{1,10}")
_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d(:?\d\d)?)?")


class _Limits(NamedTuple):
    """What one version of the schema allows."""

    text: int  # longest name, issuer or identifier, in characters
    doses: int  # highest dose number
    entries: int  # most entries of one kind
    partial_birth: bool  # the day, or day and month, may be left out
    empty_birth: bool  # the birth date may be an empty string
    either_name: bool  # fnt or gnt will do; before, fnt was required


_NO_LIMIT = 2**63
_LIMITS = (
    ((1, 0), _Limits(50, 9, _NO_LIMIT, partial_birth=False, empty_birth=False, either_name=False)),
    ((1, 1), _Limits(50, 9, _NO_LIMIT, partial_birth=True, empty_birth=False, either_name=False)),
    ((1, 2), _Limits(80, 9, 1, partial_birth=True, empty_birth=False, either_name=False)),
    ((1, 3), _Limits(80, _NO_LIMIT, 1, partial_birth=True, empty_birth=True, either_name=False)),
    ((1, 3, 2), _Limits(80, _NO_LIMIT, 1, partial_birth=True, empty_birth=True, either_name=True)),
)
KINDS = {"v": "vaccination", "t": "test", "r": "recovery"}


def check(certificate: object) -> tuple[str, Entry]:
    """Check a certificate's form and return (``v``, ``t`` or ``r``, its entry).

    Where the old schemas allow several vaccinations in one certificate, the one with the highest
    dose number is returned.

    :raises Unreadable: ``newer_format`` for a schema after 1.3, ``malformed_claims`` naming the
        first field that is wrong.
    """
    if not isinstance(certificate, Mapping):
        raise malformed("the certificate is no map")
    limits = _limits(certificate.get("ver"))
    _check_name(certificate.get("nam"), limits)
    _check_birth(certificate.get("dob"), limits)
    kind = _only_kind(certificate)
    entries = certificate[kind]
    if not isinstance(entries, (list, tuple)) or not 0 < len(entries) <= limits.entries:
        raise malformed(f"{kind} has not the number of entries that its version allows")
    for entry in entries:
        _check_entry(kind, entry, limits)
    return kind, max(entries, key=lambda entry: entry["dn"]) if kind == "v" else entries[-1]


def malformed(what: str) -> Unreadable:
    """Return the error for a claim that is wrong."""
    return Unreadable(Reason.MALFORMED_CLAIMS, f"{what} (DCC schema)")


def _limits(version: object) -> _Limits:
    found = _VERSION.fullmatch(version.strip()) if isinstance(version, str) and len(version) < 20 else None
    if found is None:
        raise malformed("ver is no version number")
    numbers = tuple(map(int, found.groups()))
    if numbers >= (1, 4):
        raise Unreadable(Reason.NEWER_FORMAT, f"DCC schema {version} is newer than 1.3")
    if numbers < (1, 0):
        raise malformed("ver is before 1.0.0")
    return next(limits for since, limits in reversed(_LIMITS) if numbers >= since)


def _check_name(name: object, limits: _Limits) -> None:
    if not isinstance(name, Mapping):
        raise malformed("nam is no map")
    for field in ("fn", "gn"):
        if field in name:
            _text(name, field, limits)
    for field in ("fnt", "gnt"):
        if field in name and not _STANDARDISED_NAME.fullmatch(_text(name, field, limits)):
            raise malformed(f"{field} is not A-Z and <")
    if "fnt" not in name and not (limits.either_name and "gnt" in name):
        raise malformed("nam has no standardised name")


def _check_birth(birth: object, limits: _Limits) -> None:
    if birth == "" and limits.empty_birth:
        return
    if not isinstance(birth, str):
        raise malformed("dob is no text")
    try:
        read = PartialDate.parse(birth)
    except PassError as error:
        raise malformed("dob is no date") from error
    if read.iso != birth or not (limits.partial_birth or read.is_whole):
        raise malformed("dob is not in the form of its version")


def _only_kind(certificate: Entry) -> str:
    kinds = [kind for kind in KINDS if kind in certificate]
    if len(kinds) != 1:
        raise malformed("not exactly one of v, t, r")
    return kinds[0]


def _check_entry(kind: str, entry: object, limits: _Limits) -> None:
    if not isinstance(entry, Mapping):
        raise malformed(f"an entry of {kind} is no map")
    for field, check_field in _REQUIRED[kind].items():
        if field not in entry:
            raise malformed(f"{kind} has no {field}")
        check_field(entry, field, limits)
    for field in _OPTIONAL[kind]:
        if field in entry:
            _code(entry, field, limits)


def _text(entry: Entry, field: str, limits: _Limits) -> str:
    value = entry[field]
    if not isinstance(value, str) or len(value) > limits.text:
        raise malformed(f"{field} is no text of at most {limits.text} characters")
    return value


def _code(entry: Entry, field: str, _: _Limits) -> None:
    if not isinstance(entry[field], str):
        raise malformed(f"{field} is no text")


def _dose(entry: Entry, field: str, limits: _Limits) -> None:
    value = entry[field]
    if type(value) is not int or not 1 <= value <= limits.doses:
        raise malformed(f"{field} is no dose number")


def _country(entry: Entry, field: str, _: _Limits) -> None:
    value = entry[field]
    if not isinstance(value, str) or not _COUNTRY.search(value):
        raise malformed(f"{field} is no country")


def _date(entry: Entry, field: str, _: _Limits) -> None:
    value = entry[field]
    if not isinstance(value, str) or not _FULL_DATE.fullmatch(value):
        raise malformed(f"{field} is no full date")
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise malformed(f"{field} is no date there is") from error


def _date_time(entry: Entry, field: str, _: _Limits) -> None:
    value = entry[field]
    if not isinstance(value, str) or not _DATE_TIME.fullmatch(value):
        raise malformed(f"{field} is no date and time")


_Check = Callable[[Entry, str, _Limits], object]
_REQUIRED: dict[str, dict[str, _Check]] = {
    "v": dict.fromkeys(("tg", "vp", "mp", "ma"), _code)
    | {"dn": _dose, "sd": _dose, "dt": _date, "co": _country, "is": _text, "ci": _text},
    "t": {"tg": _code, "tt": _code, "sc": _date_time, "tr": _code, "tc": _text}
    | {"co": _country, "is": _text, "ci": _text},
    "r": {"tg": _code, "fr": _date, "co": _country, "is": _text, "df": _date, "du": _date, "ci": _text},
}
_OPTIONAL = {"v": (), "t": ("nm", "ma"), "r": ()}
