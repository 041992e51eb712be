"""A thief of the publisher's machine rewrites the past in a proposal; the holder's own machine remembers it."""

import pytest

from keys.channel import documents, proposal, remembered
from keys.channel.wording import summary_of

from ..builders import NOW, a_signer
from .builders import DAY

LATER = NOW + 7 * DAY
OURS, THIEFS = a_signer(1), a_signer(2)
WITH_THE_THIEFS = documents.signers([OURS, THIEFS])


@pytest.fixture
def channel(country):
    """A list of signers that keys A and keys B have signed."""
    country.propose(NOW + DAY, files={documents.SIGNERS: documents.signers([OURS])})
    country.sign("keys A", "keys B", now=NOW + DAY)
    country.publish(NOW + DAY)
    return country


@pytest.fixture
def call(channel, run):
    """One holder signs by the command."""

    def by(name, *options, now=LATER):
        where = ("--proposal", channel.channel.proposal, "--holder", channel.holder(name))
        return run("sign", *where, *options, now=now)

    return by


def rewritten(channel):
    """The thief's key is in the new list, and in the one that is said to be of now."""
    channel.propose(LATER, files={documents.SIGNERS: WITH_THE_THIEFS})
    (channel.channel.proposal / "before/targets" / documents.SIGNERS).write_bytes(WITH_THE_THIEFS)


def test_a_key_that_is_said_to_be_trusted_as_before_is_refused_by_who_never_signed_it(channel, call):
    rewritten(channel)
    assert not [line for line in summary_of(proposal.read(channel.channel.proposal)) if line.startswith("Newly")]
    code, _, err = call("keys A")
    assert code == 1
    assert THIEFS.kid.hex() in err
    assert "not what you signed last" in err
    assert not list(channel.channel.proposal.glob("signatures/*/*"))


def test_an_honest_proposal_is_signed_as_ever_and_a_second_time(channel, call):
    channel.propose(LATER, files={documents.SIGNERS: WITH_THE_THIEFS})
    assert call("keys A")[0] == 0
    assert call("keys A")[0] == 0


def test_who_missed_a_ceremony_says_so_after_comparing(channel, call):
    channel.propose(LATER, renew=("keys",))
    code, out, _ = call("keys C")
    assert code == 0
    assert "for the first time" in out
    channel.sign("keys A", now=LATER)
    channel.publish(LATER)
    later = LATER + DAY
    channel.propose(later, files={documents.SIGNERS: WITH_THE_THIEFS})
    channel.sign("keys A", "keys B", now=later)
    channel.publish(later)
    channel.propose(later, renew=("keys",))
    assert call("keys C", now=later)[0] == 1
    code, out, _ = call("keys C", "--missed", now=later)
    assert code == 0
    assert f"Signed by others meanwhile: you have signed no list with the key {THIEFS.kid.hex()}." in out
    assert call("keys C", now=later)[0] == 0


def test_holders_who_were_changed_behind_ones_back_are_told(channel, call):
    channel.propose(LATER, renew=("keys",))
    folder = channel.channel.proposal
    said = (folder / "before/holders.json").read_text()
    (folder / "before/holders.json").write_text(said.replace('"role": "rules-79"', '"role": "rules-01"'))
    code, _, err = call("keys A")
    assert code == 1
    assert err.count("\n") == 1


def test_signed_again_with_the_same_files_is_believed_only_of_files_that_the_holder_signed(channel, call):
    channel.propose(LATER, files={documents.SIGNERS: WITH_THE_THIEFS})
    (channel.channel.proposal / "before/targets" / documents.SIGNERS).write_bytes(WITH_THE_THIEFS)
    assert [line for line in summary_of(proposal.read(channel.channel.proposal)) if "same files" in line]
    code, _, err = call("keys B")
    assert code == 1
    assert "keys/signers.json was another file when you signed it last" in err


def test_a_damaged_note_is_one_sentence(channel, call):
    channel.propose(LATER, renew=("keys",))
    (channel.holder("keys A") / remembered.FILE_NAME).write_text("[]")
    code, _, err = call("keys A")
    assert code == 1
    assert "is damaged" in err


def test_the_note_holds_nothing_secret_and_is_the_holders_alone(channel):
    note = channel.holder("keys A") / remembered.FILE_NAME
    assert note.stat().st_mode & 0o777 == 0o600
