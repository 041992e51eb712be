"""``checkpoint-keys status`` in words: what is active, until when, what to do next and by when.

Pure: signers and the time in, text or a plain dict out. Leaves out reading the
key folder and printing.
"""

from __future__ import annotations

import itertools
from dataclasses import asdict, dataclass
from typing import Any

from keys import lifecycle
from keys.entry import FORMS, KeyStatus, SignerEntry, iso, to_json
from keys.lifecycle import DAY, STALENESS_LIMIT, Signers

# Room for a list that is published late and for a holder on holiday.
SLACK = 7 * DAY


@dataclass(frozen=True)
class Step:
    """One thing that an administrator has to do: what, with which command, from when and by when."""

    form: str
    what: str
    command: str
    not_before: int | None
    by: int | None


def next_step(signers: Signers, form: str, now: int, options: str = "") -> Step:
    """The next step for a form: make a key, publish it, or activate it.

    ``options`` ends each command, so that it can be copied as it is (`` --keys DIR``).
    """
    active = lifecycle.active(signers, form)
    by = active.sign_until if active else now
    pending = _next_pending(signers, form, now)
    if pending is None:
        name = _free_name(signers, form, max(by, now + STALENESS_LIMIT))
        command = f"checkpoint-keys new --form {form} --name {name}{options}"
        due = max(now, by - STALENESS_LIMIT - SLACK)
        return Step(form, f"make the next {form} key", command, None, due)
    ready = lifecycle.ready_at(pending)
    if ready is None:
        command = f"checkpoint-keys propose{options}"
        return Step(form, f"publish the trust list with {pending.name}", command, None, now)
    command = f"checkpoint-keys activate {pending.name}{options}"
    return Step(form, f"activate {pending.name}", command, ready, max(by, ready))


def lines(signers: Signers, now: int) -> list[str]:
    """The signers for people, one line a key."""
    said: list[str] = []
    for form in FORMS:
        said += [f"{form} passes", *_lines_of_form(signers, form, now), ""]
    return said


def as_document(signers: Signers, now: int, notes: tuple[str, ...] = (), options: str = "") -> dict[str, Any]:
    """The same for programs: the signers as in the state file, and the next step of each form."""
    return {
        "at": iso(now),
        "signers": [to_json(entry) for entry in signers],
        "next": [_step_document(next_step(signers, form, now, options)) for form in FORMS],
        "notes": list(notes),
    }


def _free_name(signers: Signers, form: str, start: int) -> str:
    """A name after the month in which the key begins to sign, with a number when that name exists."""
    taken = {entry.name for entry in signers}
    base = f"VN-{iso(start)[:7]}-{form}"
    numbered = (f"{base}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain((base,), numbered) if name not in taken)


def _next_pending(signers: Signers, form: str, now: int) -> SignerEntry | None:
    waiting = [
        entry
        for entry in signers
        if entry.form == form and entry.status is KeyStatus.PENDING and entry.sign_until > now
    ]
    return min(waiting, key=lambda entry: lifecycle.ready_at(entry) or entry.sign_until, default=None)


def _lines_of_form(signers: Signers, form: str, now: int) -> list[str]:
    lines = [f"  {_line(entry, now)}" for entry in signers if entry.form == form]
    if lifecycle.active(signers, form) is None:
        lines.append("  NO KEY IS ACTIVE: no pass of this form can be signed.")
    return lines


def _line(entry: SignerEntry, now: int) -> str:
    return f"{entry.status.value:<8} {entry.name}  key id {entry.kid.hex()}  {_times(entry, now)}"


def _times(entry: SignerEntry, now: int) -> str:
    accepted = f"its passes are accepted until {iso(entry.accept_until)}"
    if entry.status is KeyStatus.ACTIVE:
        if entry.sign_until <= now:
            return f"SIGNS NO MORE since {iso(entry.sign_until)}; {accepted}"
        return f"signs until {iso(entry.sign_until)} ({_days(entry.sign_until - now)}); {accepted}"
    if entry.status is KeyStatus.PENDING:
        ready = lifecycle.ready_at(entry)
        return "is in no published trust list yet" if ready is None else f"may be activated from {iso(ready)}"
    if entry.status is KeyStatus.RETIRED:
        return accepted
    return f"refused for ever since {iso(entry.history[-1].at)}: {entry.history[-1].note}"


def sentence(step: Step, now: int) -> str:
    """When, what, and the command."""
    if step.not_before is not None and step.not_before > now:
        when = f"from {iso(step.not_before)} until {iso(step.by or step.not_before)}"
    elif step.by is None or step.by <= now:
        when = "NOW"
    else:
        when = f"by {iso(step.by)} ({_days(step.by - now)})"
    return f"{when}: {step.what}: {step.command}"


def _days(length: int) -> str:
    days = length // DAY
    return "today" if days == 0 else "in 1 day" if days == 1 else f"in {days} days"


def _step_document(step: Step) -> dict[str, Any]:
    document = asdict(step)
    for member in ("not_before", "by"):
        document[member] = None if document[member] is None else iso(document[member])
    return document
