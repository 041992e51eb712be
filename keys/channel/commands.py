"""What each command of ``checkpoint-keys channel`` does; ``arguments`` says how it is called.

A command takes its parsed arguments and the time and gives an ``Answer``.
"""

from __future__ import annotations

import json
import shlex
from argparse import Namespace
from pathlib import Path

from keys import lifecycle
from keys.channel import (
    bundle,
    documents,
    first,
    holder,
    holdings,
    minutes,
    proposal,
    proposing,
    publish,
    refresh,
    revoking,
    sign,
    status,
    thresholds,
)
from keys.channel.place import DEFAULT_CHANNEL, Channel
from keys.channel.planning import Wish
from keys.channel.release import Release
from keys.channel.roles import rules_role
from keys.channel.wording import DEMO, summary_of
from keys.commands import Answer
from keys.entry import SignerEntry
from keys.errors import KeysError
from keys.files import read_public
from keys.store import DEFAULT_FOLDER, KeyStore


def init(arguments: Namespace, now: int) -> Answer:
    """Make the channel: a demonstration, or the first proposal for its holders."""
    channel, store = Channel(arguments.channel), KeyStore(arguments.keys)
    files = {documents.SIGNERS: documents.signers(store.signers()), documents.VACCINE_TABLE: documents.vaccines()}
    if arguments.demo:
        first.demonstration(channel, arguments.province or ["01"], files, now)
        _mark_published(arguments, channel.current(), now)
        return Answer((DEMO, f"Release {channel.current().number} is published in {channel.releases.pointer}."))
    if not arguments.holder:
        raise KeysError("name the holders' public files with --holder, or give --demo.", code="no_holders")
    first.guided(channel, [holder.public(path) for path in arguments.holder], files, now)
    return Answer((f"The channel is in {channel.root}.", *_how_to_sign(channel, arguments)))


def holder_new(arguments: Namespace, _now: int) -> Answer:
    """Make a holder's folder, on the holder's own machine."""
    made = holder.make(arguments.folder, arguments.name, arguments.role)
    lines = [f"{held.role:<13} key {held.keyid[:16]}" for held in made.keys]
    hand_over = f"Hand over {arguments.folder / holder.PUBLIC_FILE}, and nothing else from this folder."
    return Answer((f"{arguments.name}: the private keys are in {arguments.folder}.", *lines, hand_over))


def propose(arguments: Namespace, now: int) -> Answer:
    """Write the next proposal."""
    channel = Channel(arguments.channel)
    release = channel.current()
    come = proposing.people([holder.public(path) for path in arguments.come], demo=release.holdings().demo)
    renew = _renewed(arguments.renew, release.holdings())
    wish = Wish(_files(arguments), come, tuple(arguments.go), renew)
    proposing.propose(channel, wish, now, new_online=arguments.new_online)
    return Answer(_how_to_sign(channel, arguments))


def sign_proposal(arguments: Namespace, now: int) -> Answer:
    """Look at a proposal, and sign it as one holder."""
    proposed = proposal.read(arguments.proposal)
    seen = [DEMO] if proposed.holdings.demo else []
    seen += summary_of(proposed)
    seen += [
        f"{name} {it.signed.version}: SHA-256 {sign.digest(proposed, name)}" for name, it in proposed.roles.items()
    ]
    if arguments.look:
        sign.check(proposed, now)
        return Answer(tuple(seen))
    if arguments.holder is None:
        raise KeysError("name your holder's folder with --holder, or give --look.", code="no_holder")
    done = sign.sign(arguments.proposal, arguments.holder, now)
    signed = [f"signed: {it.role} {it.version}" for it in done]
    return Answer((*seen, *signed, *_standings(proposal.read(arguments.proposal))))


def publish_proposal(arguments: Namespace, now: int) -> Answer:
    """Publish the open proposal, when every threshold is met."""
    channel = Channel(arguments.channel)
    people = minutes.People(tuple(arguments.witness), arguments.place)
    published = publish.publish(channel, now, copies=arguments.copy, people=people)
    _mark_published(arguments, published.release, now)
    demo = (DEMO,) if published.release.holdings().demo else ()
    said = f"Release {published.release.number} is published in {channel.releases.pointer}."
    return Answer((*demo, said, f"Print the minutes, and let everybody sign them: {published.minutes}"))


def withdraw(arguments: Namespace, _now: int) -> Answer:
    """Take the open proposal back."""
    proposing.withdraw(Channel(arguments.channel))
    return Answer(("The proposal is taken back; what is published stays as it is.",))


def show_status(arguments: Namespace, now: int) -> Answer:
    """Say what is signed by whom, what ends when, and what to do next."""
    channel = Channel(arguments.channel)
    channel.refuse_unless_made()
    release = channel.releases.current()
    proposed = proposal.read(channel.proposal) if proposal.exists(channel.proposal) else None
    facts = (release, proposed, now, _options(arguments), _unpublished(arguments, release, proposed, now))
    if arguments.json:
        return Answer((json.dumps(status.as_document(*facts)),))
    return Answer((status.as_text(*facts),))


def refresh_online(arguments: Namespace, now: int) -> Answer:
    """Sign the online roles again when they are due; alarm when holders must sign."""
    given = {documents.REVOCATION_BASE: arguments.base, documents.REVOCATION_DELTA: arguments.delta}
    files = {path: read_public(file) for path, file in given.items() if file}
    files |= revoking.nothing_revoked(now) if arguments.nothing_revoked else {}
    done = refresh.refresh(Channel(arguments.channel), now, revocation=files)
    _mark_published(arguments, done.release, now)
    what = f"signed again: {', '.join(done.renewed)}" if done.renewed else "nothing was due"
    return Answer((f"Release {done.release.number}: {what}.",), done.alarms, 1 if done.alarms else 0)


def export_bundle(arguments: Namespace, _now: int) -> Answer:
    """Write what is published for carrying by hand."""
    release = Channel(arguments.channel).current()
    count = bundle.export(release, arguments.out)
    demo = (DEMO,) if release.holdings().demo else ()
    return Answer((*demo, f"{count} files of release {release.number} written to {arguments.out}"))


def _files(arguments: Namespace) -> dict[str, bytes]:
    files = {documents.VACCINE_TABLE: documents.vaccines()}
    store = KeyStore(arguments.keys)
    if store.exists():
        files[documents.SIGNERS] = documents.signers(store.signers())
    for province, file in arguments.rules:
        rules_role(province)
        files[documents.rules_path(province)] = read_public(Path(file))
    if arguments.unrevocation:
        files[documents.UNREVOCATION] = read_public(arguments.unrevocation)
    return files


def _unpublished(
    arguments: Namespace, release: Release | None, proposed: proposal.Proposal | None, now: int
) -> tuple[status.Due, ...]:
    """What is due when the key folder says something else than what is published or proposed."""
    store = KeyStore(arguments.keys)
    if release is None or not store.exists():
        return ()
    known = {release.target(documents.SIGNERS), proposed.files.get(documents.SIGNERS) if proposed else None}
    if documents.signers(store.signers()) in known:
        return ()
    command = f"checkpoint-keys channel propose{_options(arguments)}"
    return (status.Due("propose the signers that have changed: scanners do not know it yet", command, now),)


def _renewed(asked: list[str], held: holdings.Holdings) -> tuple[str, ...]:
    return held.offline() if "all" in asked else tuple(asked)


def _mark_published(arguments: Namespace, release: Release, now: int) -> None:
    """Note in the key folder which of its signers this release carries; repeating changes nothing."""
    store = KeyStore(arguments.keys)
    if not store.exists():
        return
    data = release.target(documents.SIGNERS)
    carried = documents.kids(data) if data else frozenset()
    store.change(lambda signers: tuple(_published(entry, carried, now) for entry in signers))


def _published(entry: SignerEntry, carried: frozenset[bytes], now: int) -> SignerEntry:
    return lifecycle.published((entry,), now)[0] if entry.kid in carried else entry


def _how_to_sign(channel: Channel, arguments: Namespace) -> tuple[str, ...]:
    proposed = proposal.read(channel.proposal)
    return (
        *((DEMO,) if proposed.holdings.demo else ()),
        f"The proposal is in {channel.proposal}:",
        *(f"  {line}" for line in summary_of(proposed)),
        *(f"  {line}" for line in _standings(proposed)),
        "Each holder signs a copy: checkpoint-keys channel sign --proposal PROPOSAL --holder HOLDER",
        f"Then: checkpoint-keys channel publish{_options(arguments)}",
    )


def _standings(proposed: proposal.Proposal) -> tuple[str, ...]:
    return tuple(thresholds.sentence(it, proposed) for it in thresholds.standings(proposed))


def _options(arguments: Namespace) -> str:
    options = {"--keys": (arguments.keys, DEFAULT_FOLDER), "--channel": (arguments.channel, DEFAULT_CHANNEL)}
    return "".join(f" {name} {shlex.quote(str(value))}" for name, (value, usual) in options.items() if value != usual)
