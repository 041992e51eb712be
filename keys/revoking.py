"""The command ``revoke``: what it would cost, then for ever, then the next commands of docs/compromise.md.

Leaves out the passes themselves: revoking and re-issuing them is the server's.
"""

from __future__ import annotations

import json
import shlex
from argparse import Namespace
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from keys import lifecycle, steps
from keys.answer import Answer, options_of
from keys.channel import onward
from keys.channel.place import Channel
from keys.commands import moved
from keys.entry import KeyStatus, SignerEntry, iso
from keys.errors import KeysError
from keys.register import Cost, cost_of_key
from keys.steps import Kind
from keys.store import KeyStore

Counts = Mapping[str, Mapping[str, int]]


def revoke(arguments: Namespace, now: int) -> Answer:
    """Preview, or refuse for ever what a signer has signed."""
    if arguments.preview:
        return _preview(arguments, now)
    if arguments.json:
        raise KeysError("--json goes with --preview.", code="wrong_options")
    if not (arguments.reason or "").strip():
        raise KeysError("give --reason, or --preview to see first what it would cost.", code="no_reason")

    def decide(signers: lifecycle.Signers, kid: bytes, now: int) -> lifecycle.Signers:
        return lifecycle.revoke(signers, kid, now, arguments.reason)

    entry = lifecycle.find(KeyStore(arguments.keys).signers(), arguments.key)
    answer = moved(arguments, now, decide, "revoked")
    return replace(answer, lines=(*answer.lines, *_after(arguments, entry, now)))


def _preview(arguments: Namespace, now: int) -> Answer:
    entry = lifecycle.find(KeyStore(arguments.keys).signers(), arguments.key)
    cost = cost_of_key(arguments.instance or _beside(arguments.keys), entry.kid.hex(), now)
    if arguments.json:
        return Answer((json.dumps({"key": entry.name, "kid": entry.kid.hex(), **asdict(cost)}),))
    again = f"  checkpoint-keys revoke {shlex.quote(arguments.key)} --reason TEXT{options_of(arguments)}"
    return Answer((*_words(entry, cost), "Nothing was changed. To revoke it:", again))


def _beside(keys: Path) -> Path:
    return keys.absolute().parent


def _words(entry: SignerEntry, cost: Cost) -> Iterator[str]:
    yield f"Revoking {entry} would turn red {cost.passes} passes of {cost.people} people, of {cost.issued} issued."
    yield f"Of these: {cost.current} current, {cost.superseded} superseded, {cost.expired} expired."
    if cost.unchanged:
        yield f"Not counted: {cost.unchanged} that are revoked already."
    yield f"Reported as wrong: {'no reports are kept yet' if cost.reported is None else cost.reported}."
    yield "What a thief has signed is in no register, and not counted."
    yield from _table("form", cost.by_form)
    yield from _table("province", cost.by_province)
    yield from _table("site", cost.by_site)


def _table(title: str, counts: Counts) -> Iterator[str]:
    for name, count in counts.items():
        yield f"{title:<9} {count['passes']:>9} passes {count['people']:>9} people  {name}"


def _after(arguments: Namespace, revoked: SignerEntry, now: int) -> tuple[str, ...]:
    """The commands of docs/compromise.md, from the first minute on; ``revoked`` is the key as it was before."""
    options, kid = options_of(arguments), revoked.kid.hex()
    return (
        "Until scanners learn of it, they accept what it signed.",
        *onward.to_publish(Channel(arguments.channel), options),
        *(_successor(arguments, revoked.form, now) if revoked.status is KeyStatus.ACTIVE else ()),
        "Then give everybody a new pass (docs/compromise.md):",
        f"  checkpoint-server revoke --key {kid} --preview",
        f"  checkpoint-server revoke --key {kid} --reason TEXT --by YOUR-EMAIL",
        "  checkpoint-server approve BATCH --by ANOTHER-EMAIL",
        "  checkpoint-server reissue --revoked-batch BATCH --out reissued",
    )


def _successor(arguments: Namespace, form: str, now: int) -> tuple[str, ...]:
    """Which key signs from now on, or from the day on which scanners know it: the spare, else the one in turn."""
    options = options_of(arguments)
    found = steps.steps(KeyStore(arguments.keys).signers(), form, now, options)
    step = next((it for it in found if it.kind in {Kind.ACTIVATE, Kind.EMERGENCY}), None)
    if step is None:
        return (
            f"NO {form.upper()} KEY SIGNS NOW, and scanners know no other. One of today may sign in 21 days:",
            f"  checkpoint-keys rotate{options}",
        )
    if step.at > now:
        return (
            f"NO {form.upper()} KEY SIGNS NOW: scanners may not know the next one before {iso(step.at)}. From then on:",
            f"  {step.command}",
        )
    return ("Let the next key sign:", f"  {step.command}")
