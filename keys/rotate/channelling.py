"""The part of a rotation in the trust channel: signers that have changed are proposed and published.

Holders sign on machines of their own; here their signatures are taken in, and who is asked is said.
Only a demonstration's one holder signs by itself. Leaves out the keys (``moving``).
"""

from __future__ import annotations

from pathlib import Path

from keys.channel import carried, documents, first, proposal, proposing, publish, sign, status, succession, thresholds
from keys.channel.place import Channel
from keys.channel.planning import Wish
from keys.channel.proposal import Proposal
from keys.channel.release import Release
from keys.channel.wording import summary_of
from keys.entry import KeyStatus, iso
from keys.errors import KeysError
from keys.lifecycle import DAY
from keys.rotate.order import Order, Said
from keys.store import KeyStore

_OVERDUE = {"dated_behind", "stale_proposal"}
# Holders and the publisher refuse what is dated longer ago (`keys.channel.sign`).
_SIGNED_WITHIN = 14 * DAY


def take_up(store: KeyStore, channel: Channel, order: Order, now: int, said: Said) -> None:
    """Publish the open proposal if enough have signed, with the copies; note what is published."""
    if not channel.exists():
        return
    if proposal.exists(channel.proposal):
        _publish_open(channel, order, now, said)
    elif order.copies:
        said.waits.append("no proposal is open: what was brought is out already, or was taken back.")
    release = channel.releases.current()
    if release is not None:
        carried.note_published(store, release, now)  # also when a power cut came between the two


def propose(store: KeyStore, channel: Channel, order: Order, now: int, said: Said) -> None:
    """Propose the signers of the key folder, unless they are published or proposed."""
    if not channel.exists():
        said.waits.append(
            f"{channel.root} is no trust channel yet, and scanners learn of no key; run `checkpoint-keys init`."
        )
        return
    release = channel.releases.current()
    wanted = documents.signers(store.signers())
    if release is None or release.target(documents.SIGNERS) == wanted:
        return
    try:
        succession.refuse_unless_known(release, store.signers())
        if proposal.exists(channel.proposal) and not _made_way(store, channel, release, wanted, said):
            return
        proposed = proposing.propose(channel, Wish(files={documents.SIGNERS: wanted}), now)
    except KeysError as error:
        said.problems.append(error.message)
        return
    said.done += [f"The proposal is in {channel.proposal}:", *(f"  {line}" for line in summary_of(proposed))]
    if proposed.holdings.demo:
        take_up(store, channel, order, now, said)


def waits(channel: Channel, order: Order) -> list[str]:
    """Whose signatures the open proposal waits for, and until when they count."""
    if not channel.exists() or not proposal.exists(channel.proposal):
        return []
    proposed = proposal.read(channel.proposal)
    lacking = [thresholds.sentence(it, proposed) for it in thresholds.standings(proposed) if it.missing]
    if not lacking:
        return []
    return [
        f"the open proposal waits for signatures, until {iso(proposed.signed_at + _SIGNED_WITHIN)}:",
        *(f"  {line}" for line in lacking),
        f"  each holder signs a copy of {channel.proposal}: checkpoint-keys sign --proposal COPY --holder HOLDER",
        f"  then: checkpoint-keys rotate --copy COPY{order.options}",
    ]


def renewals(channel: Channel, order: Order, now: int) -> list[str]:
    """Which roles the holders must sign again, and by when: no rotation does that, and without it scanners warn."""
    release = channel.releases.current() if channel.exists() else None
    if release is None:
        return []
    proposed = proposal.read(channel.proposal) if proposal.exists(channel.proposal) else None
    due = status.next_steps(release, proposed, now, order.options)
    return [status.sentence(it, now) for it in due if it.kind == "renew"]


def _publish_open(channel: Channel, order: Order, now: int, said: Said) -> None:
    try:
        proposed = proposal.read(channel.proposal)
        if proposed.holdings.demo:
            sign.sign(channel.proposal, first.demo_holder(channel), now)
        release = channel.releases.current()
        copies = [copy for copy in order.copies if not _is_out(copy, release)]
        published = publish.publish(channel, now, copies=copies, people=order.people)
    except KeysError as error:
        _not_published(channel, error, said)
        return
    said.done.append(f"Release {published.release.number} is published in {channel.releases.pointer}.")
    said.done.append(f"Print the minutes, and let everybody sign them: {published.minutes}")


def _not_published(channel: Channel, error: KeysError, said: Said) -> None:
    if error.code in {"threshold_not_met", "no_proposal"}:
        return  # who is asked is said in the end; or somebody else has published it
    if error.code in _OVERDUE and _is_demo(channel) and channel.releases.current() is not None:
        proposing.withdraw(channel)  # its one holder loses no work, and it is proposed anew
        said.done.append("The open proposal was too old, and is taken back.")
        return
    said.problems.append(error.message)


def _made_way(store: KeyStore, channel: Channel, release: Release, wanted: bytes, said: Said) -> bool:
    """Whether an open proposal was taken back, since it would tell scanners to trust a revoked key."""
    proposed = proposal.read(channel.proposal)
    if proposed.files.get(documents.SIGNERS) == wanted:
        return False
    trusted = _trusted_by(proposed)
    revoked = [it for it in store.signers() if it.status is KeyStatus.REVOKED]
    named = [it.name for it in revoked if it.kid in trusted]
    if named:
        proposing.withdraw(channel)
        said.done.append(f"The open proposal is taken back: it would have gone on trusting {', '.join(named)}.")
        return True
    sentence = (
        f"the signers have changed, and another proposal is open in {channel.proposal}; let it be signed and "
        "published, or take it back with `checkpoint-keys withdraw`, then rotate."
    )
    still = documents.kids(release.target(documents.SIGNERS) or b"{}") & {it.kid for it in revoked}
    (said.problems if still else said.waits).append(sentence)
    return False


def _trusted_by(proposed: Proposal) -> frozenset[bytes]:
    data = proposed.files.get(documents.SIGNERS)
    return documents.kids(data) if data else frozenset()


def _is_out(copy: Path, release: Release | None) -> bool:
    """Whether a copy is of a proposal that was published before; a command that is run again brings it again."""
    if not proposal.exists(copy):
        raise KeysError(f"there is no copy of a proposal in {copy}.", code="no_copy")
    if release is None:
        return False
    out = {"root": max(release.root_versions())} | {name: it.signed.version for name, it in release.targets().items()}
    return all(it.signed.version <= out.get(name, 0) for name, it in proposal.read(copy).roles.items())


def _is_demo(channel: Channel) -> bool:
    return proposal.read(channel.proposal).holdings.demo
