"""How much two records look like one person: a score from 0 to 100, and the reasons that a clerk reads.

The weights are this project's own judgement, from what went wrong in 2021 (FIELD: of 76.6 million
people 19 million did not match): a number says most, name and birth date together say as much, a
phone says something because relatives share one. A score never merges anybody; it orders what a
clerk looks at. ADR 0025 has the table.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from vaccine_pass.names import folded, plain
from verifier_server.people.identifiers import kind_of, tells_apart

if TYPE_CHECKING:
    from verifier_server.people.rules import PersonEntry
    from verifier_server.people.tables import Person

PROBABLE = 50
"""From this score on a clerk is asked; below it two records are two people."""

_SIMILAR_LETTERS = 2
# Of a number that lost zeros; a CCCD of twelve digits may have lost some.
_SHORTEST, _LONGEST = 5, 12


class Reason(StrEnum):
    """Why a score is what it is."""

    SAME_NUMBER = "same_number"
    FORMER_NUMBER = "former_number"
    SIMILAR_NUMBER = "similar_number"
    OTHER_NUMBER = "other_number"
    OTHER_PAPER = "other_paper"
    SAME_NAME = "same_name"
    SAME_NAME_WITHOUT_MARKS = "same_name_without_marks"
    SIMILAR_NAME = "similar_name"
    OTHER_NAME = "other_name"
    SAME_BIRTH = "same_birth"
    BIRTH_FITS = "birth_fits"
    BIRTH_SWAPPED = "birth_swapped"
    OTHER_BIRTH = "other_birth"
    SAME_PHONE = "same_phone"
    OTHER_PHONE = "other_phone"
    OTHER_SEX = "other_sex"


WEIGHTS = {
    Reason.SAME_NUMBER: 60,
    Reason.FORMER_NUMBER: 60,
    Reason.SIMILAR_NUMBER: 20,
    Reason.OTHER_NUMBER: -25,
    Reason.OTHER_PAPER: -5,
    Reason.SAME_NAME: 30,
    Reason.SAME_NAME_WITHOUT_MARKS: 25,
    Reason.SIMILAR_NAME: 15,
    Reason.OTHER_NAME: 0,
    Reason.SAME_BIRTH: 30,
    Reason.BIRTH_FITS: 20,
    Reason.BIRTH_SWAPPED: 15,
    Reason.OTHER_BIRTH: -10,
    Reason.SAME_PHONE: 20,
    Reason.OTHER_PHONE: -5,
    Reason.OTHER_SEX: -10,
}


class Facts(NamedTuple):
    """What is compared of a record; ``papers`` are (kind, country, number), the present ones first."""

    folded: str
    plain: str
    birth: int
    sex: str
    phone: str | None
    present: frozenset[tuple[str, str, str]]
    former: frozenset[tuple[str, str, str]]


class Score(NamedTuple):
    """A score from 0 to 100 and its reasons, the weightiest first."""

    value: int
    reasons: tuple[Reason, ...]

    @property
    def is_probable(self) -> bool:
        """Whether a clerk should look: one number is one person; another name alone is somebody else."""
        if {Reason.SAME_NUMBER, Reason.FORMER_NUMBER} & set(self.reasons):
            return True
        return self.value >= PROBABLE and Reason.OTHER_NAME not in self.reasons


def facts_of_entry(entry: PersonEntry) -> Facts:
    """Return what is compared of an entry."""
    papers = frozenset([entry.paper] if entry.paper else [])
    return Facts(folded(entry.name), plain(entry.name), entry.birth.number, entry.sex, entry.phone, papers, frozenset())


def facts_of_person(person: Person) -> Facts:
    """Return what is compared of a person in the register."""
    present = {_paper(one) for one in person.identifiers if one.ended_at is None}
    former = frozenset(_paper(one) for one in person.identifiers if one.ended_at is not None)
    if person.id_number and person.id_number not in {number for _, _, number in present}:
        # Entered by a worker of an older version, which knows no papers.
        present.add((kind_of(person.id_number), "VN", person.id_number))
    return Facts(
        person.name_folded, person.name_plain, person.birth, person.sex, person.phone, frozenset(present), former
    )


def score(one: Facts, other: Facts) -> Score:
    """Compare two records."""
    reasons = [
        *_number_reasons(one, other),
        _name_reason(one, other),
        *_birth_reasons(one.birth, other.birth),
        *_phone_reasons(one, other),
    ]
    if {one.sex, other.sex} == {"female", "male"}:
        reasons.append(Reason.OTHER_SEX)
    value = sum(WEIGHTS[reason] for reason in reasons)
    reasons.sort(key=lambda reason: -abs(WEIGHTS[reason]))
    return Score(max(0, min(100, value)), tuple(reasons))


def similar(one: str, other: str) -> bool:
    """Whether two plain names differ by two letters at most, or have the same words in another order."""
    if sorted(one.split()) == sorted(other.split()):
        return True
    return _distance_at_most(one, other, _SIMILAR_LETTERS)


def near_number(one: str, other: str) -> bool:
    """Whether two numbers of digits differ by one digit, two digits in the other order, or a zero at the beginning."""
    if not (one.isdigit() and other.isdigit()) or one == other:
        return False
    if one.lstrip("0") == other.lstrip("0"):
        return True
    differing = [at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(differing) > 2:
        return False
    first, last = differing[0], differing[-1]
    return first == last or (last == first + 1 and one[first] == other[last] and one[last] == other[first])


def nearby_numbers(number: str) -> set[str]:
    """Return every number that is near one in the sense of :func:`near_number`; none for one with letters."""
    if not number.isdigit():
        return set()
    near = {number[:at] + digit + number[at + 1 :] for at in range(len(number)) for digit in "0123456789"}
    near |= {number[:at] + number[at + 1] + number[at] + number[at + 2 :] for at in range(len(number) - 1)}
    bare = number.lstrip("0")
    near |= {bare.rjust(length, "0") for length in range(max(len(bare), _SHORTEST), _LONGEST + 1)}
    return near - {number}


def _paper(row: object) -> tuple[str, str, str]:
    return row.kind, row.country or "VN", row.number  # type: ignore[attr-defined]


def _number_reasons(one: Facts, other: Facts) -> list[Reason]:
    mine, theirs = (one.present | one.former), (other.present | other.former)
    common = {paper for paper in mine & theirs if tells_apart(paper[0], paper[2])}
    if common & one.present & other.present:
        return [Reason.SAME_NUMBER]
    if common:
        return [Reason.FORMER_NUMBER]
    if not one.present or not other.present:
        return []
    if any(
        near_number(a[2], b[2]) for a in mine for b in theirs if tells_apart(a[0], a[2]) and tells_apart(b[0], b[2])
    ):
        return [Reason.SIMILAR_NUMBER]
    kinds = {kind for kind, _, _ in one.present} & {kind for kind, _, _ in other.present}
    return [Reason.OTHER_NUMBER if kinds else Reason.OTHER_PAPER]


def _name_reason(one: Facts, other: Facts) -> Reason:
    if one.folded == other.folded:
        return Reason.SAME_NAME
    if one.plain == other.plain:
        return Reason.SAME_NAME_WITHOUT_MARKS
    return Reason.SIMILAR_NAME if similar(one.plain, other.plain) else Reason.OTHER_NAME


def _birth_reasons(one: int, other: int) -> list[Reason]:
    if one == other:
        return [Reason.SAME_BIRTH]
    if births_fit(one, other):
        return [Reason.BIRTH_FITS]
    if one == swapped_birth(other):
        return [Reason.BIRTH_SWAPPED]
    return [] if one // 10_000 == other // 10_000 else [Reason.OTHER_BIRTH]


def births_fit(one: int, other: int) -> bool:
    """Whether two birth dates say the same as far as both are known."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return all(a == b or not (a and b) for a, b in parts)


def swapped_birth(birth: int) -> int:
    """Return a birth date with day and month exchanged, itself where that makes no date."""
    year, month, day = _parts(birth)
    return year * 10_000 + day * 100 + month if 0 < day <= 12 and month else birth


def _phone_reasons(one: Facts, other: Facts) -> list[Reason]:
    if not one.phone or not other.phone:
        return []
    return [Reason.SAME_PHONE if one.phone == other.phone else Reason.OTHER_PHONE]


def _parts(birth: int) -> tuple[int, int, int]:
    return birth // 10_000, birth // 100 % 100, birth % 100


def _distance_at_most(one: str, other: str, most: int) -> bool:
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row[0] = row[0], place
        for at, wanted in enumerate(other, start=1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != wanted))
        if min(row) > most:
            return False
    return row[-1] <= most
