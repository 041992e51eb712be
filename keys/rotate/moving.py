"""The part of a rotation in the key folder: keys are activated, made and ended when that is due.

What is due is found anew after each change, by the same rules as in ``status``, until nothing is due that
was not tried. Leaves out the trust channel (``channelling``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from keys import apart, ceremony, coverage, lifecycle, steps
from keys.entry import FORMS, KeyStatus, SignerEntry, iso
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.place import TokenPlace
from keys.receipts import Coverage
from keys.rotate.order import Order, Said
from keys.steps import SLACK, Kind, Step
from keys.store import KeyStore


def move(store: KeyStore, order: Order, now: int, said: Said) -> None:
    """Do what is due with the keys of both forms, and let those leave the list that have no passes any more."""
    for form in FORMS:
        if form in order.emergency:
            _tried(said, partial(_emergency, store, form, now, said))
        _move_form(store, form, order, now, said)
    _forget(store, now, said)


def waits(store: KeyStore, order: Order, now: int) -> list[str]:
    """What is to come, each with its day: what is due is done, so this waits for time or for a person."""
    found = [step for form in FORMS for step in _steps(store, form, order, now)]
    waiting = [step for step in found if step.kind is Kind.NEW_SPARE or step.at > now]
    return [_waiting(step) for step in sorted(waiting, key=lambda step: step.at)]


def _move_form(store: KeyStore, form: str, order: Order, now: int, said: Said) -> None:
    tried: set[tuple[Kind, tuple[str, ...]]] = set()
    while True:
        due = [it for it in _steps(store, form, order, now) if it.at <= now and it.kind in _DOING]
        step = next((it for it in due if (it.kind, it.keys) not in tried), None)
        if step is None:
            return
        tried.add((step.kind, step.keys))
        _tried(said, partial(_DOING[step.kind], store, step, order, now, said))


def _steps(store: KeyStore, form: str, order: Order, now: int) -> tuple[Step, ...]:
    return steps.steps(store.signers(), form, now, order.options, sign_days=store.sign_days())


def _tried(said: Said, action: Callable[[], None]) -> None:
    """One refusal must not keep the rest from being done."""
    try:
        action()
    except KeysError as error:
        (said.waits if error.code == "scanners_wait" else said.problems).append(error.message)


def _activate(store: KeyStore, step: Step, order: Order, now: int, said: Said) -> None:
    signers = store.signers()
    entry = lifecycle.find(signers, step.key)
    known = coverage.asked(store, signers, entry, now, order.receipts)
    try:
        _activated(store, entry, now, said, known)
    except KeysError as error:
        raise KeysError(f"{step.key} is not activated: {error.message}", code=error.code) from error
    beside = [it.name for it in signers if it.status is KeyStatus.PENDING and not it.spare and it.place is None]
    if step.kind is Kind.EMERGENCY and beside:
        said.done.append(f"If the whole key folder was stolen, revoke these too, which lie in it: {', '.join(beside)}")


def _activated(store: KeyStore, entry: SignerEntry, now: int, said: Said, known: Coverage | None = None) -> None:
    former = lifecycle.active(store.signers(), entry.form)
    store.change(lambda signers: lifecycle.activate(signers, entry.kid, now, known))
    said.done.append(f"active   {entry}, signs until {iso(entry.sign_until)}")
    if former is not None:
        said.done.append(f"retired  {former}")


def _emergency(store: KeyStore, form: str, now: int, said: Said) -> None:
    """Let the spare sign in the place of the active key; once it does, this changes nothing."""
    signers = store.signers()
    former = lifecycle.active(signers, form)
    if former is None or former.spare:
        return  # without an active key the spare is in turn anyway
    spares = [entry for entry in signers if entry.form == form and entry.waits_as_spare and entry.sign_until > now]
    if not spares:
        raise KeysError(f"there is no spare {form} key; {former} signs on.", code="no_spare")
    _activated(store, min(spares, key=lambda it: lifecycle.ready_at(it) or it.sign_until), now, said)
    said.done.append(f'If {former.name} was stolen: checkpoint-keys revoke {former.name} --reason "…", then rotate.')


def _new(store: KeyStore, step: Step, order: Order, now: int, said: Said) -> None:
    active, sign_days = lifecycle.active(store.signers(), step.form), store.sign_days()
    start = now + STALENESS_LIMIT
    if active is not None:
        start = max(start, steps.change_at(active, sign_days) - SLACK)
    # A week before its turn and a week after it: neither a late activation nor a late successor leaves a gap.
    periods = ceremony.Periods(signing=sign_days + 2 * SLACK // DAY, passes=order.pass_days)
    try:
        entry = ceremony.new(
            store,
            now,
            form=step.form,
            name=step.key,
            sign_from=start,
            authority_folder=order.authority,
            periods=periods,
            token=_same_token(store, step.form),
        )
    except KeysError as error:
        raise _not_made(step, error) from error
    where = f", in {entry.place}" if entry.place else ""
    said.done.append(f"pending  {entry}{where}, to sign from {iso(entry.sign_from)}")


def _same_token(store: KeyStore, form: str) -> TokenPlace | None:
    """The token that holds the newest ordinary key of the form: the next one is made where that was made."""
    ordinary = [entry for entry in store.signers() if entry.form == form and not entry.spare]
    place = ordinary[-1].place if ordinary else None
    return replace(place, key_id=b"", destroyed=False) if isinstance(place, TokenPlace) else None


def _new_spare(store: KeyStore, step: Step, order: Order, now: int, said: Said) -> None:
    if order.apart is None:
        return  # nobody but a person can put in a stick: it is asked for
    periods = ceremony.Periods(ceremony.SPARE_PERIODS.signing, order.pass_days)
    try:
        entry = ceremony.new_spare(
            store,
            now,
            form=step.form,
            name=step.key,
            where=order.apart,
            authority_folder=order.authority,
            periods=periods,
        )
    except KeysError as error:
        raise _not_made(step, error) from error
    said.done += [f"spare    {entry}, in {entry.place}", *apart.same_disk(entry.place, store.root)]


def _not_made(step: Step, error: KeysError) -> KeysError:
    hint = " Name the authority's folder with --authority DIR." if error.code == "not_found" else ""
    return KeysError(f"{step.key} is not made: {error.message}{hint}", code=error.code)


def _retire(store: KeyStore, step: Step, _order: Order, now: int, said: Said) -> None:
    entry = lifecycle.find(store.signers(), step.key)
    store.change(lambda signers: lifecycle.retire(signers, entry.kid, now, "its time was over, and it never signed"))
    said.done.append(f"retired  {entry}: its time was over")


def _forget(store: KeyStore, now: int, said: Said) -> None:
    before = {entry.kid for entry in store.signers() if entry.left_at is not None}
    after = store.change(lambda signers: lifecycle.without_passes(signers, now))
    gone = [entry for entry in after if entry.left_at is not None and entry.kid not in before]
    said.done += [f"left     {entry} leaves the trust list: no pass of it can be valid any more" for entry in gone]


def _waiting(step: Step) -> str:
    if step.kind is Kind.NEW_SPARE:
        return f"NOW: {step.what}: {step.command}"
    if step.kind is Kind.NEW:
        return f"from {iso(step.at)}: {step.what} (rotate does it)"
    return f"from {iso(step.at)} until {iso(step.by)}: {step.what} (rotate does it)"


_DOING: dict[Kind, Callable[[KeyStore, Step, Order, int, Said], None]] = {
    Kind.ACTIVATE: _activate,
    Kind.EMERGENCY: _activate,
    Kind.NEW: _new,
    Kind.NEW_SPARE: _new_spare,
    Kind.RETIRE: _retire,
}
