"""``checkpoint-keys status`` in words: what is active, until when, what to do next and by when.

Pure: signers and the time in, text or a plain dict out. Leaves out reading the
key folder and printing.
"""

from __future__ import annotations

from typing import Any

from keys import lifecycle
from keys.entry import FORMS, KeyStatus, SignerEntry, iso, to_json
from keys.lifecycle import DAY, Signers
from keys.receipts import Scanner, coverage
from keys.steps import SIGN_DAYS, SLACK, Kind, Step, steps

__all__ = ["SLACK", "Kind", "Step", "as_document", "lines", "next_step", "next_steps", "rhythm", "sentence"]


def next_step(signers: Signers, form: str, now: int, options: str = "") -> Step:
    """What gets a key of this form to sign next: activate one, publish it, or make it."""
    found = steps(signers, form, now, options)
    order = (Kind.EMERGENCY, Kind.ACTIVATE, Kind.PUBLISH, Kind.NEW)
    return min((step for step in found if step.kind in order), key=lambda step: order.index(step.kind))


def next_steps(signers: Signers, now: int, options: str = "", *, sign_days: int = SIGN_DAYS) -> list[Step]:
    """Everything that is to be done with the signers of all forms, the earliest first."""
    found = [step for form in FORMS for step in steps(signers, form, now, options, sign_days=sign_days)]
    return sorted(found, key=lambda step: step.by)


def lines(signers: Signers, now: int, scanners: tuple[Scanner, ...] = ()) -> list[str]:
    """The signers for people, one line a key; of a pending one, how many of the known scanners hold it."""
    said: list[str] = []
    for form in FORMS:
        said += [f"{form} passes", *_lines_of_form(signers, form, now, scanners), ""]
    return said


def rhythm(sign_days: int) -> str:
    """How often the key that signs is another one."""
    return f"Signers change every {sign_days} days (`checkpoint-keys rotate --sign-days N` changes that)."


def as_document(
    signers: Signers, now: int, notes: tuple[str, ...] = (), options: str = "", *, sign_days: int = SIGN_DAYS
) -> dict[str, Any]:
    """The same for programs: the signers as in the state file, and what is to be done."""
    return {
        "at": iso(now),
        "sign_days": sign_days,
        "signers": [to_json(entry) for entry in signers],
        "next": [_step_document(step) for step in next_steps(signers, now, options, sign_days=sign_days)],
        "notes": list(notes),
    }


def _lines_of_form(signers: Signers, form: str, now: int, scanners: tuple[Scanner, ...]) -> list[str]:
    found = [f"  {_line(entry, now, scanners)}" for entry in signers if entry.form == form]
    if lifecycle.active(signers, form) is None:
        found.append("  NO KEY IS ACTIVE: no pass of this form can be signed.")
    return found


def _line(entry: SignerEntry, now: int, scanners: tuple[Scanner, ...]) -> str:
    word = "spare" if entry.waits_as_spare else entry.status.value
    return f"{word:<8} {entry.name}  key id {entry.kid.hex()}  {_times(entry, now, scanners)}"


def _times(entry: SignerEntry, now: int, scanners: tuple[Scanner, ...]) -> str:
    accepted = f"its passes are accepted until {iso(entry.accept_until)}"
    if entry.status is KeyStatus.ACTIVE:
        if entry.sign_until <= now:
            return f"SIGNS NO MORE since {iso(entry.sign_until)}; {accepted}"
        return f"signs until {iso(entry.sign_until)} ({_days(entry.sign_until - now)}); {accepted}"
    if entry.status is KeyStatus.PENDING:
        return _waiting(entry, now, scanners)
    if entry.status is KeyStatus.RETIRED:
        return accepted if entry.left_at is None else f"has left the trust list on {iso(entry.left_at)}"
    return f"refused for ever since {iso(entry.history[-1].at)}: {entry.history[-1].note}"


def _waiting(entry: SignerEntry, now: int, scanners: tuple[Scanner, ...]) -> str:
    where = f"in {entry.place}; " if entry.spare and entry.place else ""
    ready = lifecycle.ready_at(entry)
    if ready is None:
        return f"{where}is in no published trust list yet"
    known = f"; {coverage(entry.kid, scanners)}" if scanners else ""
    if entry.sign_until <= now:
        return f"{where}ITS TIME IS OVER since {iso(entry.sign_until)}"
    return f"{where}may be activated from {iso(ready)}{known}"


def sentence(step: Step, now: int) -> str:
    """When, what, and the command."""
    if step.at > now:  # any earlier, the command would only say so
        when = f"from {iso(step.at)} until {iso(step.by)}"
    elif step.by <= now:
        when = "NOW"
    else:
        when = f"by {iso(step.by)} ({_days(step.by - now)})"
    return f"{when}: {step.what}: {step.command}"


def _days(length: int) -> str:
    days = length // DAY
    return "today" if days == 0 else "in 1 day" if days == 1 else f"in {days} days"


def _step_document(step: Step) -> dict[str, Any]:
    return {
        "form": step.form,
        "kind": step.kind.value,
        "keys": list(step.keys),
        "what": step.what,
        "command": step.command,
        "not_before": None if step.not_before is None else iso(step.not_before),
        "by": iso(step.by),
    }
