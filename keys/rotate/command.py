"""The command ``rotate``: one administrator at a time, everything that is due, then what waits."""

from __future__ import annotations

from argparse import Namespace

from keys import coverage, steps
from keys.answer import Answer, options_of
from keys.channel.minutes import People
from keys.channel.place import Channel
from keys.channel.wording import DEMO
from keys.entry import FORMS, SignerEntry
from keys.errors import KeysError
from keys.files import locked
from keys.lifecycle import Signers
from keys.rotate import channelling, moving
from keys.rotate.order import Order, Said
from keys.store import KeyStore

# Shorter, and a key's window could end before its successor's own successor is known: 21 days and two slacks of 7.
LEAST_DAYS = 14


def rotate(arguments: Namespace, now: int) -> Answer:
    """Do what is due with the signers, and say what waits for whom; again, it changes nothing."""
    coverage.refuse_if_absent(arguments.receipts)
    store = KeyStore(arguments.keys)
    order = Order(
        sign_days=arguments.sign_days,
        pass_days=arguments.pass_days,
        emergency=_forms(arguments.emergency or [], store.signers(), now),
        authority=arguments.authority,
        apart=arguments.apart,
        receipts=arguments.receipts,
        copies=tuple(arguments.copy),
        people=People(tuple(arguments.witness), arguments.place),
        options=options_of(arguments),
    )
    channel = Channel(arguments.channel)
    said = run(store, channel, order, now)
    demo = (DEMO,) if is_demonstration(channel) else ()
    lines = (*demo, *(said.done or ["Nothing was due."]), *_block("What waits", said.waits))
    return Answer(lines, tuple(said.problems), 1 if said.problems else 0)


def run(store: KeyStore, channel: Channel, order: Order, now: int) -> Said:
    """One rotation at ``now`` (Unix seconds); KeysError when there are no keys at all.

    A second administrator waits until the first has done everything, and then finds nothing to do.
    """
    store.signers()
    _refuse_if_too_short(order.sign_days or store.sign_days())
    said = Said()
    with locked(store.root / "rotate.lock"):
        store.change(lambda signers: signers)  # what a power cut left undone
        if order.sign_days and store.keep_sign_days(order.sign_days):
            said.done.append(f"rhythm   signers change every {order.sign_days} days from now on")
        channelling.take_up(store, channel, order, now, said)
        moving.move(store, order, now, said)
        channelling.propose(store, channel, order, now, said)
        said.waits += [*channelling.waits(channel, order), *moving.waits(store, order, now)]
        said.waits += channelling.renewals(channel, order, now)
        said.waits += [_to_destroy(entry) for entry in store.left_behind()]
    return said


def _forms(asked: list[str | None], signers: Signers, now: int) -> tuple[str, ...]:
    """The forms that ``--emergency`` is about: a spare that nobody needs is not used up."""
    named = tuple(form for form in asked if form is not None)
    if len(named) == len(asked):
        return named
    silent = tuple(form for form in FORMS if not steps.signs(signers, form, now))
    if not named and not silent:
        raise KeysError(
            "there is a key that signs for each form; name the form of the one that may be stolen: "
            f"{' or '.join(f'--emergency {form}' for form in FORMS)}.",
            code="no_form",
        )
    return (*named, *silent)


def _refuse_if_too_short(days: int) -> None:
    if days < LEAST_DAYS:
        raise KeysError(
            f"a key cannot sign for {days} days only: its successor would have to be replaced before "
            f"scanners know the next one. Give --sign-days {LEAST_DAYS} or more; 30 to 90 are usual.",
            code="rhythm_too_short",
        )


def _to_destroy(entry: SignerEntry) -> str:
    return f"the private half of {entry} is still in {entry.place}: with that here again, rotate destroys it"


def is_demonstration(channel: Channel) -> bool:
    """Whether what is published is a demonstration's."""
    release = channel.releases.current() if channel.exists() else None
    return release is not None and release.holdings().demo


def _block(title: str, lines: list[str]) -> tuple[str, ...]:
    return (title, *(f"  {line}" for line in lines)) if lines else ()
