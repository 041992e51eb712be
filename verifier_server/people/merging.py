"""Two records that are one person: merged by a clerk's decision, and parted again when it was wrong.

One record stays and gets the other's doses, passes and papers; the other stays as an empty row that
leads there. A dose that both have (same product, same day) was entered twice and counts once. Doses of
both whose numbers clash are numbered anew by their days. A job issues the passes that follow. Everything
that moved is written down, so that :func:`undo` puts it back. Left out: who is a likely duplicate
(:mod:`verifier_server.people.matching`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.doses.aftermath import passes_follow
from verifier_server.errors import FieldError
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.merged_doses import join_doses, part_doses
from verifier_server.people.moves import note_moves
from verifier_server.people.scoring import facts_of_person, score
from verifier_server.people.standing import held
from verifier_server.people.tables import NotTheSame, Person, PersonIdentifier, PersonMerge
from verifier_server.revocation.at_once import revoke_at_once

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

UNDONE = "merge undone"


def merge(session: Session, kept_id: int, gone_id: int, *, by: int, now: int) -> PersonMerge:
    """Merge one record into another; what was merged already is returned as it is.

    :raises FieldError: they are one record, or one of them is not there any more.
    """
    if kept_id == gone_id:
        raise FieldError("person", "These are one and the same record.", code="same_record")
    if known := _standing_merge(session, kept_id, gone_id):
        return known
    kept, gone = held(session, kept_id, gone_id)
    points = score(facts_of_person(kept), facts_of_person(gone))
    moved = {
        "before": {"kept": [kept.id_number, kept.phone], "gone": [gone.id_number, gone.phone]},
        "doses": join_doses(session, kept.id, gone.id),
        "passes": _move_passes(session, kept.id, gone.id),
        "papers": _move_papers(session, kept, gone, now),
        "newest_pass": session.scalar(select(func.max(IssuedPass.id))) or 0,
    }
    _complete(session, kept, gone)
    done = PersonMerge(
        kept_id=kept.id,
        gone_id=gone.id,
        score=points.value,
        reasons=[reason.value for reason in points.reasons],
        moved=moved,
        merged_at=now,
        merged_by=by,
    )
    session.add(done)
    session.flush()
    passes_follow(session, kept.id, since=None, by=by, site=None, now=now)
    _note(session, Kind.PEOPLE_MERGED, done, by, now)
    note_moves(session, (kept, gone), [place[0] for place in moved["doses"]], moved["passes"], by=by, now=now)
    return done


def undo(session: Session, merge_id: int, *, by: int, now: int) -> PersonMerge:
    """Part two records again; a merge that is undone already is returned as it is.

    Passes issued for both since the merge tell of two people and are revoked. Doses recorded since stay
    with the record that was kept.

    :raises FieldError: no such merge, or the record that was kept was merged or erased since.
    """
    done = session.get(PersonMerge, merge_id, with_for_update=True, populate_existing=True)
    if done is None:
        raise FieldError("merge", f"There is no merge with the number {merge_id}.", code="unknown_merge")
    if done.undone_at is not None:
        return done
    [kept] = held(session, done.kept_id)
    gone = session.get_one(Person, done.gone_id, with_for_update=True, populate_existing=True)
    moved: dict[str, Any] = dict(done.moved)
    revoke_at_once(
        session,
        IssuedPass.person_id == kept.id,
        IssuedPass.id > moved["newest_pass"],
        why=UNDONE,
        by=by,
        now=now,
    )
    placed = part_doses(session, kept.id, gone.id, moved["doses"])
    session.execute(update(IssuedPass).where(IssuedPass.id.in_(moved["passes"])).values(person_id=gone.id))
    _give_back(session, kept, gone, moved)
    gone.merged_into = None
    kept.version, gone.version = kept.version + 1, gone.version + 1
    done.undone_at, done.undone_by = now, by
    session.flush()
    for one in (kept, gone):
        passes_follow(session, one.id, since=None, by=by, site=None, now=now)
    _note(session, Kind.MERGE_UNDONE, done, by, now)
    note_moves(session, (kept, gone), placed, moved["passes"], by=by, now=now)
    return done


def keep_apart(session: Session, one_id: int, other_id: int, *, by: int, now: int) -> None:
    """Note a clerk's decision that two records are two people; the same again changes nothing."""
    first, second = sorted((one_id, other_id))
    held(session, first, second)
    if session.get(NotTheSame, (first, second)) is not None:
        return
    session.add(NotTheSame(first_id=first, second_id=second, decided_at=now, decided_by=by))
    details = {"other": second}
    record(session, Happening(Kind.PEOPLE_APART, "person", first, account=by, person=first, details=details), at=now)


def apart_from(session: Session, person_id: int) -> set[int]:
    """Return whom a clerk has found to be somebody else than this person."""
    rows = session.execute(
        select(NotTheSame.first_id, NotTheSame.second_id).where(
            (NotTheSame.first_id == person_id) | (NotTheSame.second_id == person_id)
        )
    )
    return {one for row in rows for one in row} - {person_id}


def merges_of(session: Session, person_id: int) -> list[PersonMerge]:
    """Return the merges into this person that stand, the newest first."""
    theirs = select(PersonMerge).where(PersonMerge.kept_id == person_id, PersonMerge.undone_at.is_(None))
    return list(session.scalars(theirs.order_by(PersonMerge.id.desc())))


def _standing_merge(session: Session, kept_id: int, gone_id: int) -> PersonMerge | None:
    return session.scalar(
        select(PersonMerge).where(
            PersonMerge.kept_id == kept_id, PersonMerge.gone_id == gone_id, PersonMerge.undone_at.is_(None)
        )
    )


def _move_passes(session: Session, kept: int, gone: int) -> list[int]:
    passes = list(session.scalars(select(IssuedPass.id).where(IssuedPass.person_id == gone)))
    session.execute(update(IssuedPass).where(IssuedPass.id.in_(passes)).values(person_id=kept))
    return passes


def _move_papers(session: Session, kept: Person, gone: Person, now: int) -> list[list[int | None]]:
    moved = [[paper.id, paper.ended_at] for paper in gone.identifiers]
    ended = {"ended_at": func.coalesce(PersonIdentifier.ended_at, now)} if kept.id_number else {}
    session.execute(
        update(PersonIdentifier).where(PersonIdentifier.person_id == gone.id).values(person_id=kept.id, **ended)
    )
    session.expire(kept, ["identifiers"])
    session.expire(gone, ["identifiers"])
    return moved


def _complete(session: Session, kept: Person, gone: Person) -> None:
    number, gone.id_number, gone.merged_into = gone.id_number, None, kept.id
    session.flush()  # the number is unique: it goes before it comes
    kept.id_number = kept.id_number or number
    kept.phone = kept.phone or gone.phone
    kept.version, gone.version = kept.version + 1, gone.version + 1


def _give_back(session: Session, kept: Person, gone: Person, moved: dict[str, Any]) -> None:
    for paper_id, ended_at in moved["papers"]:
        session.execute(
            update(PersonIdentifier)
            .where(PersonIdentifier.id == paper_id, PersonIdentifier.person_id == kept.id)
            .values(person_id=gone.id, ended_at=ended_at)
        )
    number, phone = moved["before"]["gone"]
    had_number, had_phone = moved["before"]["kept"]
    if number and kept.id_number == number:
        kept.id_number = had_number
    if phone and kept.phone == phone:
        kept.phone = had_phone
    session.flush()
    taken = session.scalar(select(Person.id).where(Person.id_number == number)) if number else None
    gone.id_number = None if taken else number
    session.expire(kept, ["identifiers"])
    session.expire(gone, ["identifiers"])


def _note(session: Session, kind: Kind, done: PersonMerge, by: int, now: int) -> None:
    details = {"merge": done.id, "other": done.gone_id, "score": done.score, "reasons": done.reasons}
    happening = Happening(kind, "person", done.kept_id, account=by, person=done.kept_id, details=details)
    record(session, happening, at=now)
