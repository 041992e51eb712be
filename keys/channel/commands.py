"""What the commands for the trust channel do; ``arguments`` says how they are called.

A command takes its parsed arguments and the time and gives an ``Answer``.
"""

from __future__ import annotations

import shlex
from argparse import Namespace
from pathlib import Path

from keys.answer import Answer, options_of
from keys.channel import (
    bundle,
    carried,
    documents,
    foreign,
    holder,
    holdings,
    minutes,
    onward,
    proposal,
    proposing,
    publish,
    refresh,
    remembered,
    revoking,
    sign,
    succession,
    thresholds,
)
from keys.channel.place import Channel
from keys.channel.planning import Wish
from keys.channel.release import Release
from keys.channel.roles import rules_role
from keys.channel.wording import DEMO, summary_of
from keys.entry import iso
from keys.errors import KeysError
from keys.files import read_public, write_whole
from keys.store import KeyStore


def holder_new(arguments: Namespace, _now: int) -> Answer:
    """Make a holder's folder, on the holder's own machine."""
    for role in arguments.role:
        holder.refuse_unless_offline(role)
    made = holder.make(arguments.folder, arguments.name, arguments.role)
    lines = [f"{held.role:<13} key {held.keyid[:16]}" for held in made.keys]
    return Answer((f"{arguments.name}: the private keys are in {arguments.folder}.", *lines, *_hand_over(arguments)))


def propose(arguments: Namespace, now: int) -> Answer:
    """Write the next proposal."""
    channel = Channel(arguments.channel)
    release = channel.current()
    come = proposing.people([holder.public(path) for path in arguments.come], demo=release.holdings().demo)
    renew = _renewed(arguments.renew, release.holdings())
    wish = Wish(_files(arguments, release), come, tuple(arguments.go), renew)
    proposing.propose(channel, wish, now, new_online=arguments.new_online)
    return Answer(proposal_lines(channel, arguments))


def sign_proposal(arguments: Namespace, now: int) -> Answer:
    """Look at a proposal, and sign it as one holder."""
    proposed = proposal.read(arguments.proposal)
    sign.check(proposed, now)  # before anything in it is put into words
    demo = (DEMO,) if proposed.holdings.demo else ()
    if arguments.look:
        sign.refuse_if_changed(proposed)
        hashes = tuple(
            f"{name} {it.signed.version}: SHA-256 {sign.digest(proposed, name)}" for name, it in proposed.roles.items()
        )
        after = onward.after_looking(arguments.proposal)
        return Answer((*demo, *summary_of(proposed), *hashes, *_standings(proposed), *after))
    if arguments.holder is None:
        raise KeysError("name your holder's folder with --holder, or give --look.", code="no_holder")
    missed = remembered.refuse_if_different(proposed, arguments.holder, missed=arguments.missed)
    done = sign.sign(arguments.proposal, arguments.holder, now)
    signed = [f"signed {it.role} {it.version}: SHA-256 {it.digest}{_again(it)}" for it in done]
    proposed = proposal.read(arguments.proposal)
    return Answer((*demo, *missed, *signed, *_standings(proposed), *onward.after_signing(arguments.proposal, proposed)))


def publish_proposal(arguments: Namespace, now: int) -> Answer:
    """Publish the open proposal, when every threshold is met."""
    channel = Channel(arguments.channel)
    people = minutes.People(tuple(arguments.witness), arguments.place)
    published = publish.publish(channel, now, copies=arguments.copy, people=people)
    mark_published(arguments, published.release, now)
    demo = (DEMO,) if published.release.holdings().demo else ()
    said = f"Release {published.release.number} is published in {channel.releases.pointer}."
    minutes_said = f"Print the minutes, and let everybody sign them: {published.minutes}"
    return Answer((*demo, said, minutes_said, *onward.after_publishing(published.release, options_of(arguments))))


def withdraw(arguments: Namespace, _now: int) -> Answer:
    """Take the open proposal back."""
    proposing.withdraw(Channel(arguments.channel))
    again = f"{onward.NEXT} put it right, and propose again: checkpoint-keys propose{options_of(arguments)}"
    return Answer(("The proposal is taken back; what is published stays as it is.", again))


def refresh_online(arguments: Namespace, now: int) -> Answer:
    """Sign the online roles again when they are due; alarm when holders must sign."""
    files = _given(
        {
            documents.REVOCATION_BASE: arguments.base,
            documents.REVOCATION_DELTA: arguments.delta,
            documents.REVOCATION_FOREIGN: arguments.foreign,
            documents.AUDIT_HEADS: arguments.audit_head,
        }
    )
    channel = Channel(arguments.channel)
    if arguments.nothing_revoked and revoking.has_list(channel.current().target):
        return Answer(("There is a list of revoked passes already: it stays as it is, and nothing was changed.",))
    files |= revoking.nothing_revoked(now) if arguments.nothing_revoked else {}
    done = refresh.refresh(channel, now, revocation=files)
    mark_published(arguments, done.release, now)
    what = f"signed again: {', '.join(done.renewed)}" if done.renewed else "nothing was due"
    return Answer((f"Release {done.release.number}: {what}.",), done.alarms, 1 if done.alarms else 0)


def next_foreign(arguments: Namespace, now: int) -> Answer:
    """Make the next list of other issuers' certificates."""
    release = Channel(arguments.channel).current()
    made = foreign.next_list(release.target, arguments.add, arguments.remove, now)
    certificates = "1 certificate" if made.count == 1 else f"{made.count} certificates"
    said = f"{certificates} of other issuers, {made.added} added, {made.removed} removed"
    if made.data is None:
        return Answer((f"{said}: that is what is published, and nothing was written.",))
    write_whole(arguments.out, made.data, mode=0o644)
    command = f"checkpoint-keys refresh --foreign {shlex.quote(str(arguments.out))}{options_of(arguments)}"
    return Answer((f"{said}: {arguments.out}", f"{onward.NEXT} {command}"))


def export_bundle(arguments: Namespace, now: int) -> Answer:
    """Write what is published for carrying by hand, signed again first where it would end on the way."""
    bundle.refuse_unless_ours(arguments.out)
    done = refresh.refresh(Channel(arguments.channel), now, journey=True)
    mark_published(arguments, done.release, now)
    count = bundle.export(done.release, arguments.out)
    demo = (DEMO,) if done.release.holdings().demo else ()
    files = "1 file" if count == 1 else f"{count} files"
    written = f"{files} of release {done.release.number} written to {arguments.out}"
    until = f"Scanners take it until {iso(done.release.ends_at())}. After that, export a new one."
    return Answer((*demo, written, until), done.alarms)


def _files(arguments: Namespace, release: Release) -> dict[str, bytes]:
    files = {documents.VACCINE_TABLE: documents.vaccines()}
    store = KeyStore(arguments.keys)
    if store.exists():
        succession.refuse_unless_known(release, store.signers())
        files[documents.SIGNERS] = documents.signers(store.signers())
    for province, file in arguments.rules:
        rules_role(province)
        files[documents.rules_path(province)] = read_public(Path(file))
    lists = {
        documents.UNREVOCATION: arguments.unrevocation,
        documents.APPROVED: arguments.approved,
        documents.ISSUED: arguments.issued,
    }
    return files | _given(lists)


def _given(files: dict[str, Path | None]) -> dict[str, bytes]:
    return {path: read_public(file) for path, file in files.items() if file}


def _renewed(asked: list[str], held: holdings.Holdings) -> tuple[str, ...]:
    return held.offline() if "all" in asked else tuple(asked)


def mark_published(arguments: Namespace, release: Release, now: int) -> None:
    """Note in the key folder which of its signers this release carries; repeating changes nothing."""
    carried.note_published(KeyStore(arguments.keys), release, now)


def proposal_lines(channel: Channel, arguments: Namespace) -> tuple[str, ...]:
    """What the open proposal is, and who signs it how."""
    proposed = proposal.read(channel.proposal)
    return (
        *((DEMO,) if proposed.holdings.demo else ()),
        f"The proposal is in {channel.proposal}:",
        *(f"  {line}" for line in summary_of(proposed)),
        *(f"  {line}" for line in _standings(proposed)),
        *onward.to_sign(channel, proposed, options_of(arguments)),
    )


def _hand_over(arguments: Namespace) -> tuple[str, ...]:
    return (
        f"Keep a second copy of {arguments.folder} in another building.",
        f"{onward.NEXT} hand over {arguments.folder / holder.PUBLIC_FILE}, and nothing else from this folder.",
        "The publisher will then bring a proposal to sign.",
    )


def _again(done: sign.Signed) -> str:
    return " (it was signed before; one holder's signature counts once)" if done.again else ""


def _standings(proposed: proposal.Proposal) -> tuple[str, ...]:
    return tuple(thresholds.sentence(it, proposed) for it in thresholds.standings(proposed))
