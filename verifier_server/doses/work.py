"""The jobs that issue passes after a sign-off, and after a dose was corrected or struck.

Waves of people, each one transaction that also says how far the work is: killed at any moment, it goes on behind the
last wave, and whoever has the pass of today's state gets no second one. What issuing refuses (a cap, no key) is noted
with the person and the reason, and may be tried again (:mod:`verifier_server.doses.again`). Travel passes are renewed
where one was current.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from vaccine_pass.errors import CheckpointError
from verifier_server.doses.aftermath import JOB
from verifier_server.doses.tables import Dose, SignOff, SignOffRefusal
from verifier_server.jobs.kinds import Progress, job_kind
from verifier_server.passes.issue import PassRequest, issue_passes
from verifier_server.passes.tables import IssuedPass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from verifier_server.jobs.kinds import JobView, Work

WAVE = 200


@job_kind("sign_off", title=_("Cấp mã QR sau khi ký xác nhận"), urgent=True)
def after_sign_off(job: JobView, work: Work) -> Iterator[Progress]:
    """Issue the passes of everybody whose dose a sign-off made count."""
    number = int(job.params["sign_off"])
    with work.storage.reading() as session:
        people = select(func.count(func.distinct(Dose.person_id))).where(Dose.sign_off == number)
        total = session.scalar(people) or 0
        done = total - (session.scalar(people.where(Dose.person_id > _last(session, number))) or 0)
    while wave := _wave(work, number, job.by):
        done += wave
        yield Progress(done, total)


@job_kind(JOB, title=_("Cấp lại mã QR sau khi sửa mũi tiêm"), urgent=True)
def after_dose_change(job: JobView, work: Work) -> Iterator[Progress]:
    """Issue what one person is entitled to after a correction."""
    person, site = int(job.params["person"]), job.params["site"]
    requests = [PassRequest(person, form, job.by, site) for form in job.params["forms"]]
    numbers = work.desk.serials.reserve(len(requests))
    try:
        with work.storage.writing() as session:
            issue_passes(session, requests, work.desk, work.now(), numbers=numbers)
    finally:
        work.desk.serials.give_back(numbers)
    yield Progress(1, 1)


def _last(session: Session, number: int) -> int:
    return session.scalar(select(SignOff.last_person).where(SignOff.id == number)) or 0


def _wave(work: Work, number: int, by: int | None) -> int:
    # Two forms for each of a wave, at the most.
    numbers = work.desk.serials.reserve(2 * WAVE)
    try:
        with work.storage.writing() as session:
            signed = session.get_one(SignOff, number, with_for_update=True, populate_existing=True)
            people = _people(session, signed)
            if people:
                requests = _requests(session, signed, people, by, work.now())
                answers = issue_passes(session, requests, work.desk, work.now(), numbers=numbers)
                refused = _note_refusals(session, signed, requests, answers, work.now())
                signed.refused += refused
                signed.passes += len(answers) - refused
                signed.last_person = people[-1]
            return len(people)
    finally:
        work.desk.serials.give_back(numbers)


def _note_refusals(
    session: Session,
    signed: SignOff,
    requests: Sequence[PassRequest],
    answers: Sequence[IssuedPass | CheckpointError],
    now: int,
) -> int:
    refused = [
        SignOffRefusal(
            sign_off=signed.id, person_id=request.person_id, form=request.form, code=answer.code[:40], refused_at=now
        )
        for request, answer in zip(requests, answers, strict=True)
        if isinstance(answer, CheckpointError)
    ]
    session.add_all(refused)
    return len(refused)


def _people(session: Session, signed: SignOff) -> Sequence[int]:
    return session.scalars(
        select(Dose.person_id)
        .where(Dose.sign_off == signed.id, Dose.person_id > signed.last_person)
        .distinct()
        .order_by(Dose.person_id)
        .limit(WAVE)
    ).all()


def _requests(session: Session, signed: SignOff, people: Sequence[int], by: int | None, now: int) -> list[PassRequest]:
    travelling = set(
        session.scalars(
            select(IssuedPass.person_id).where(
                IssuedPass.person_id.in_(people),
                IssuedPass.form == "travel",
                IssuedPass.superseded_by.is_(None),
                IssuedPass.revoked_at.is_(None),
                IssuedPass.expires_at > now,
            )
        )
    )
    wanted = [(person, "domestic") for person in people] + [(one, "travel") for one in people if one in travelling]
    return [PassRequest(person, form, by, signed.site_id) for person, form in wanted]
