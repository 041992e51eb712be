"""The EU's DCC JSON schema, versions 1.0.0 to 1.3.x, checked by hand.

A certificate is checked against the schema of its own ``ver``.  Form only: whether a code is in
a value set, or a dose number is at most the series, is for rules to say.  By hand because a
general validator costs six signature verifications (DESIGN, Speed); each limit below names the
version that brought it.

Source: the schema's releases 1.0.0 to 1.3.3 (``DGC`` and ``DCC.combined-schema.json``) and the
release notes of 1.3.0: one event in a certificate, an empty birth date, no testing centre needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError, Unreadable
from vaccine_pass.reasons import Reason

Entry = Mapping[str, Any]
"""A map whose form was checked."""

KINDS = {"v": "vaccination", "t": "test", "r": "recovery"}

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
_MRZ_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ<"
_COUNTRY = re.compile("[A-Z]")  # the schema's [A-Z]{1,10} is not anchored
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d(:?\d\d)?)?")
_ONLY_TEXT = {str}


class Checked(NamedTuple):
    """A certificate whose form is right: its kind (``v``, ``t``, ``r``), that entry, the birth date."""

    kind: str
    entry: Entry
    birth: PartialDate | None


class _Limits(NamedTuple):
    """What one version of the schema allows."""

    text: int  # longest name, issuer, identifier or testing centre, in characters
    test_name: int  # longest nm
    doses: int  # highest dose number
    entries: int  # most entries of one kind
    centre: bool  # a test must name its centre
    partial_birth: bool  # the day, or day and month, may be left out
    empty_birth: bool  # the birth date may be an empty string
    either_name: bool  # fnt or gnt will do; before, fnt was required


_NO_LIMIT = 2**63
_OLD = _Limits(50, _NO_LIMIT, 9, _NO_LIMIT, centre=True, partial_birth=False, empty_birth=False, either_name=False)
_NEW = _Limits(80, 80, _NO_LIMIT, 1, centre=False, partial_birth=True, empty_birth=True, either_name=False)
_LIMITS = (
    ((1, 0), _OLD),
    ((1, 1), _OLD._replace(partial_birth=True)),
    ((1, 3), _NEW),
    ((1, 3, 2), _NEW._replace(either_name=True)),
)
_RELEASES = ("1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1", "1.3.0", "1.3.1", "1.3.2", "1.3.3")


def check(certificate: object) -> Checked:
    """Check a certificate's form.

    Where the old schemas allow several vaccinations in one certificate, the one with the highest
    dose number is returned.

    :raises Unreadable: ``newer_format`` for a schema after 1.3, ``malformed_claims`` naming the
        first field that is wrong.
    """
    if not isinstance(certificate, dict):
        raise malformed("the certificate is no map")
    version = certificate.get("ver")
    limits = _LIMITS_OF_RELEASE.get(version) if isinstance(version, str) else None
    limits = limits or _limits_of(version)
    _check_name(certificate.get("nam"), limits)
    birth = _birth(certificate.get("dob"), limits)
    kind = _only_kind(certificate)
    entries = certificate[kind]
    if not isinstance(entries, (list, tuple)) or not 0 < len(entries) <= limits.entries:
        raise malformed(f"{kind} has not the number of entries that its version allows")
    for entry in entries:
        _check_entry(kind, entry, limits)
    last = entries[-1] if kind != "v" or len(entries) == 1 else max(entries, key=itemgetter("dn"))
    return Checked(kind, last, birth)


def full_date(text: str, field: str) -> date:
    """Return the date of an ISO 8601 full date, the only form the schema has for one.

    :raises Unreadable: ``malformed_claims`` naming ``field``.
    """
    if len(text) == 10 and text[4] == text[7] == "-":
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass  # named below
    raise malformed(f"{field} is no full date")


def malformed(what: str) -> Unreadable:
    """Return the error for a claim that is wrong."""
    return Unreadable(Reason.MALFORMED_CLAIMS, f"{what} (DCC schema)")


def _limits_of(version: object) -> _Limits:
    found = _VERSION.fullmatch(version.strip()) if isinstance(version, str) and len(version) < 20 else None
    if found is None:
        raise malformed("ver is no version number")
    numbers = tuple(map(int, found.groups()))
    if numbers >= (1, 4):
        raise Unreadable(Reason.NEWER_FORMAT, f"DCC schema {version} is newer than 1.3")
    if numbers < (1, 0):
        raise malformed("ver is before 1.0.0")
    return next(limits for since, limits in reversed(_LIMITS) if numbers >= since)


_LIMITS_OF_RELEASE = {release: _limits_of(release) for release in _RELEASES}


def _check_name(name: object, limits: _Limits) -> None:
    if not isinstance(name, dict):
        raise malformed("nam is no map")
    if "fnt" not in name and not (limits.either_name and "gnt" in name):
        raise malformed("nam has no standardised name")
    texts = name.get("fn", ""), name.get("gn", ""), name.get("fnt", ""), name.get("gnt", "")
    if set(map(type, texts)) != _ONLY_TEXT or max(map(len, texts)) > limits.text:
        raise malformed(f"a name is no text of at most {limits.text} characters")
    if texts[2].strip(_MRZ_LETTERS) or texts[3].strip(_MRZ_LETTERS):
        raise malformed("fnt or gnt is not A-Z and <")


def _birth(text: object, limits: _Limits) -> PartialDate | None:
    if text == "" and limits.empty_birth:
        return None
    if not isinstance(text, str):
        raise malformed("dob is no text")
    try:
        birth = PartialDate.from_iso(text)
    except PassError as error:
        raise malformed("dob is no date") from error
    if not (limits.partial_birth or birth.is_whole):
        raise malformed("dob is no full date, which its version asks for")
    return birth


def _only_kind(certificate: Entry) -> str:
    if ("v" in certificate) + ("t" in certificate) + ("r" in certificate) != 1:
        raise malformed("not exactly one of v, t, r")
    return "v" if "v" in certificate else "t" if "t" in certificate else "r"


def _check_entry(kind: str, entry: object, limits: _Limits) -> None:
    if not isinstance(entry, dict):
        raise malformed(f"an entry of {kind} is no map")
    try:
        texts = _TEXTS[kind](entry)
        if set(map(type, texts)) != _ONLY_TEXT:
            raise malformed(f"a field of {kind} that should be text is not")
        country, issuer, identifier, *_ = texts
        if len(issuer) > limits.text or len(identifier) > limits.text:
            raise malformed(f"is or ci has more than {limits.text} characters")
        if not _COUNTRY.search(country):
            raise malformed("co is no country")
        _REST[kind](entry, limits)
    except KeyError as missing:
        raise malformed(f"{kind} has no {missing.args[0]}") from missing


def _check_vaccination(entry: Entry, limits: _Limits) -> None:
    for field in ("dn", "sd"):
        if type(entry[field]) is not int or not 1 <= entry[field] <= limits.doses:
            raise malformed(f"{field} is no dose number")
    full_date(entry["dt"], "dt")


def _check_test(entry: Entry, limits: _Limits) -> None:
    if not _DATE_TIME.fullmatch(entry["sc"]):
        raise malformed("sc is no date and time")
    if limits.centre and "tc" not in entry:
        raise malformed("t has no tc")
    texts = entry.get("tc", ""), entry.get("nm", ""), entry.get("ma", "")
    if set(map(type, texts)) != _ONLY_TEXT:
        raise malformed("tc, nm or ma is no text")
    if len(texts[0]) > limits.text or len(texts[1]) > limits.test_name:
        raise malformed("tc or nm is too long")


def _check_recovery(entry: Entry, _: _Limits) -> None:
    for field in ("fr", "df", "du"):
        full_date(entry[field], field)


_TEXTS: dict[str, Callable[[Entry], tuple[Any, ...]]] = {
    "v": itemgetter("co", "is", "ci", "tg", "vp", "mp", "ma", "dt"),
    "t": itemgetter("co", "is", "ci", "tg", "tt", "sc", "tr"),
    "r": itemgetter("co", "is", "ci", "tg", "fr", "df", "du"),
}
_REST: dict[str, Callable[[Entry, _Limits], None]] = {
    "v": _check_vaccination,
    "t": _check_test,
    "r": _check_recovery,
}
