"""The command ``init``: the first day, for signers of passes and for the trust channel.

Alone it makes the signers and says how to go on; with the holders' public files it makes
the channel's first proposal too; with ``--demo`` one holder does everything at once. What
is there already is kept, so that after an interruption the same command goes on. Leaves
out how keys are made (``ceremony``) and what a channel is (``channel.first``).
"""

from __future__ import annotations

from argparse import Namespace

from keys import ceremony
from keys.answer import Answer, options_of
from keys.channel import commands, documents, first, holder
from keys.channel.holdings import Holdings
from keys.channel.place import Channel
from keys.channel.wording import DEMO
from keys.commands import token_of
from keys.entry import iso
from keys.errors import KeysError
from keys.store import KeyStore

_HOW_TO_GO_ON = """
What to do next: scanners believe nobody until the trust channel is out.
1. Choose five holders. Each makes keys of their own, on a machine of their own.
   Three of them, who also look after signers, vaccines and un-revocations:
     checkpoint-keys holder new holders/NAME --name NAME --role root --role targets --role keys --role unrevocation
   The two others:
     checkpoint-keys holder new holders/NAME --name NAME --role root
2. Each hands over the file public.json from that folder, and nothing else.
3. On this machine, with the five files:
     checkpoint-keys init{options} --holder A/public.json --holder B/public.json …
To try it out with one holder for everything: checkpoint-keys init --demo{options}"""


def init(arguments: Namespace, now: int) -> Answer:
    """Make the signers, and with ``--holder`` or ``--demo`` the channel."""
    if arguments.province and not arguments.demo:
        raise KeysError("--province goes with --demo; real provinces come with the holders' roles.", code="wrong_call")
    store, channel = KeyStore(arguments.keys), Channel(arguments.channel)
    people = [holder.public(path) for path in arguments.holder]  # before anything is made
    with_channel = arguments.demo or bool(people)
    if with_channel:
        first.refuse_if_in_use(channel)
    _refuse_if_lost(store, channel)
    signers = _kept(arguments, store) if with_channel and store.exists() else _signers(arguments, store, now)
    if arguments.demo:
        return Answer((DEMO, *signers, *_demonstration(arguments, store, channel, now)))
    if people:
        return Answer((*signers, *_guided(arguments, store, channel, people, now)))
    return Answer((*signers, *_HOW_TO_GO_ON.format(options=options_of(arguments)).splitlines()))


def _refuse_if_lost(store: KeyStore, channel: Channel) -> None:
    """The keys of a first day sign at once; beside a channel that is out, no scanner would know them."""
    if channel.exists() and not store.exists():
        raise KeysError(
            f"{channel.root} is a trust channel already, and the keys that scanners trust are not in {store.root}: "
            "name their folder with --keys, or restore the newest copy of it.",
            code="keys_lost",
        )


def _kept(arguments: Namespace, store: KeyStore) -> tuple[str, ...]:
    if arguments.custody != "file":
        raise KeysError(f"{store.root} has keys already; --custody is for making them.", code="keys_exist")
    store.signers()
    return (f"The keys in {arguments.keys} are kept as they are.",)


def _signers(arguments: Namespace, store: KeyStore, now: int) -> tuple[str, ...]:
    periods = ceremony.Periods(signing=arguments.sign_days, passes=arguments.pass_days)
    token = token_of(arguments)
    signers = ceremony.init(store, now, authority_folder=arguments.authority, periods=periods, token=token)
    authority = arguments.authority or store.authority_folder
    where = f" in {token}," if token else ""
    made = tuple(f"active   {entry},{where} signs until {iso(entry.sign_until)}" for entry in signers)
    advice = f"The authority's private key is in {authority}: move this folder to a machine of its own."
    return (f"The keys are in {arguments.keys}.", *made, advice)


def _demonstration(arguments: Namespace, store: KeyStore, channel: Channel, now: int) -> tuple[str, ...]:
    first.demonstration(channel, arguments.province or ["01"], _files(store), now)
    release = channel.current()
    commands.mark_published(arguments, release, now)
    return (
        f"Release {release.number} is published in {channel.releases.pointer}.",
        f"What to do next: checkpoint-keys status{options_of(arguments)}",
    )


def _guided(
    arguments: Namespace, store: KeyStore, channel: Channel, people: list[Holdings], now: int
) -> tuple[str, ...]:
    first.guided(channel, people, _files(store), now)
    return (f"The channel is in {channel.root}.", *commands.proposal_lines(channel, arguments))


def _files(store: KeyStore) -> documents.Files:
    return {documents.SIGNERS: documents.signers(store.signers()), documents.VACCINE_TABLE: documents.vaccines()}
