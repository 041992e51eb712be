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

from keys import lifecycle
from keys.answer import Answer, options_of
from keys.channel import onward
from keys.channel.place import Channel
from keys.commands import moved
from keys.entry import KeyStatus, SignerEntry
from keys.errors import KeysError
from keys.register import Cost, cost_of_key
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
    return replace(answer, lines=(*answer.lines, *_after(arguments, entry)))


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


def _after(arguments: Namespace, revoked: SignerEntry) -> tuple[str, ...]:
    """The commands of docs/compromise.md, from the first minute on; ``revoked`` is the key as it was before."""
    options, kid = options_of(arguments), revoked.kid.hex()
    return (
        "Until scanners learn of it, they accept what it signed.",
        *onward.to_publish(Channel(arguments.channel), options),
        *(_successor(KeyStore(arguments.keys), revoked.form, options) if revoked.status is KeyStatus.ACTIVE else ()),
        "Then give everybody a new pass (docs/compromise.md):",
        f"  checkpoint-server revoke --key {kid} --preview",
        f"  checkpoint-server revoke --key {kid} --reason TEXT --by YOUR-EMAIL",
        "  checkpoint-server approve BATCH --by ANOTHER-EMAIL",
        "  checkpoint-server reissue --revoked-batch BATCH --out reissued",
    )


def _successor(store: KeyStore, form: str, options: str) -> tuple[str, ...]:
    """Which key signs from now on: the spare of the same form, else the pending one that is known the longest."""
    pending = [it for it in store.signers() if it.form == form and it.status is KeyStatus.PENDING and it.published_at]
    if not pending:
        name = f"checkpoint-keys new --form {form} --name NAME{options}"
        return (
            f"NO {form.upper()} KEY SIGNS NOW, and scanners know no other. One of today may sign in 21 days:",
            f"  {name}",
        )
    chosen = min(pending, key=lambda it: (not it.spare, it.published_at or 0))
    return ("Let the next key sign:", f"  checkpoint-keys activate {shlex.quote(chosen.name)}{options}")
