"""What the online key can do to a device and what it cannot: each attack on the lists, by the real update."""

import hashlib
from datetime import UTC, datetime

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import TargetFile

from keys.client import kinds
from keys.client.errors import UpdateRefused
from keys.client.load import load
from keys.client.policy import Freshness
from tests.envelopes import certificate, signed, travel_claims, travel_text
from tests.issuer import an_issuer
from vaccine_pass import uvci
from vaccine_pass.reasons import Reason
from vaccine_pass.revocation import foreign, issued, unrevocations
from vaccine_pass.revocation.serial_list import encode_base, encode_delta
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.trust import certificate_hash
from vaccine_pass.verify import Verifier

from .repository import DAY, NOW, signers_json

BLOCK = 1 << 20
LATER = NOW + 3 * DAY
APPROVED, ISSUED, LIST = (f"unrevocation/{name}" for name in ("approved.bin", "issued.json", "list.json"))
BASE, DELTA, FOREIGN = (f"revocation/{name}.bin" for name in ("base", "delta", "foreign"))
CAP = 5  # of the thousand serials that these tests' holders say were issued


def a_base(*serials, sequence=2):
    return encode_base(SerialSet.of(serials), sequence, NOW)


def a_delta(base, *serials, sequence=3):
    return encode_delta(SerialSet.of(serials), sequence, NOW, hashlib.sha256(base).digest())


def counts(blocks):
    return issued.dumps(issued.Issued(NOW, blocks)).encode()


def a_list(*serials, sequence=1):
    return unrevocations.dumps(unrevocations.Unrevocations(SerialSet.of(serials), sequence, NOW)).encode()


def hashes(*some, sequence=1):
    return foreign.encode(some, sequence, NOW)


HELD = a_base(BLOCK, BLOCK + 1)
STOLEN = [BLOCK + 100 + n for n in range(1_000)]


@pytest.fixture
def channel(enrolled, take):
    """A channel whose holders have approved two serials of a thousand; the device has taken it."""
    del enrolled.targets[BASE]
    enrolled.targets |= {APPROVED: HELD, ISSUED: counts({1: 1_000})}
    enrolled.publish(LATER, "unrevocation", "revocation")
    take(enrolled, LATER)
    return enrolled


@pytest.fixture
def refused(store, take):
    """The code by which an update is refused, after a look that the set held is the same one as before."""

    def run(repository, **options):
        before = store.current()
        with pytest.raises(UpdateRefused) as caught:
            take(repository, LATER, **options)
        assert store.current() == before
        assert caught.value.message.count("\n") == 0
        assert caught.value.message.endswith(".")
        return caught.value.code

    return run


@pytest.fixture
def revoked(store):
    """The serials that the device holds as revoked."""
    return lambda: set(load(store).trust.revoked_serials)


def thief_says(channel, *serials, base=HELD, sequence=3):
    """The online key signs a delta."""
    return channel.put(DELTA, a_delta(base, *serials, sequence=sequence), LATER)


# --- within the cap -----------------------------------------------------------------------------


def test_what_holders_approved_arrives_and_the_online_key_adds_to_it(channel, take, revoked):
    assert revoked() == {BLOCK, BLOCK + 1}
    take(thief_says(channel, *STOLEN[:CAP]), LATER)
    assert revoked() == {BLOCK, BLOCK + 1, *STOLEN[:CAP]}


def test_the_base_is_carried_once_and_fetched_once(channel, take):
    done = take(thief_says(channel, *STOLEN[:CAP]), LATER)
    assert done.requests == 5  # the next root, timestamp, snapshot, the role, its delta: the base is held


def test_a_new_approved_list_takes_the_place_of_the_old_one(channel, take, revoked):
    take(thief_says(channel, *STOLEN[:CAP]), LATER)
    channel.targets[APPROVED] = a_base(*STOLEN, sequence=4)
    del channel.targets[DELTA]
    channel.publish(LATER, "unrevocation", "revocation")
    take(channel, LATER)
    assert revoked() == set(STOLEN)


# --- a stolen online key ------------------------------------------------------------------------


def test_it_cannot_revoke_everyone_in_one_step(channel, refused):
    assert refused(thief_says(channel, *STOLEN)) == "revocation_beyond_cap"


def test_it_cannot_revoke_everyone_in_many_small_steps(channel, take, refused, revoked):
    for step in range(1, CAP + 1):
        take(thief_says(channel, *STOLEN[:step], sequence=2 + step), LATER)
    assert refused(thief_says(channel, *STOLEN[: CAP + 1], sequence=20)) == "revocation_beyond_cap"
    assert revoked() == {BLOCK, BLOCK + 1, *STOLEN[:CAP]}


def test_it_cannot_name_a_serial_of_a_block_that_was_never_given_out(channel, refused):
    assert refused(thief_says(channel, 2 * BLOCK)) == "revocation_beyond_cap"


def test_it_cannot_revoke_more_of_a_block_than_was_given_out(channel, take, refused):
    channel.put(ISSUED, counts({1: 1_000, 2: 3}), LATER)
    take(channel, LATER)
    assert refused(thief_says(channel, *range(2 * BLOCK, 2 * BLOCK + 4))) == "revocation_beyond_cap"


def test_it_cannot_un_revoke_what_holders_approved(channel, take, refused, revoked):
    take(thief_says(channel), LATER)  # an empty delta takes nothing away
    channel.put(BASE, a_base(sequence=9), LATER)  # nor does a base of its own: it counts for nothing here
    take(channel, LATER)
    assert revoked() == {BLOCK, BLOCK + 1}
    thief_says(channel, base=channel.targets[BASE], sequence=10)
    assert refused(channel) == "update_content"


def test_it_cannot_take_back_what_it_had_revoked_itself(channel, take, refused):
    take(thief_says(channel, *STOLEN[:CAP]), LATER)
    assert refused(thief_says(channel, *STOLEN[1:CAP], sequence=4)) == "revocation_taken_back"
    del channel.targets[DELTA]
    channel.publish(LATER, "revocation")
    assert refused(channel) == "revocation_lowered"


def test_it_cannot_write_lists_that_only_holders_sign(channel, refused):
    channel.publish(LATER, "revocation")
    version = channel.versions["revocation"]
    metadata = channel.metadata(f"{version}.revocation")
    metadata.signed.targets[APPROVED] = TargetFile.from_data(APPROVED, a_base(*STOLEN, sequence=9), ["sha256"])
    channel.store(f"{version}.revocation", metadata.signed, channel.keys["revocation"])
    channel.write_snapshot(LATER)
    channel.write_timestamp(LATER)
    assert refused(channel) == "update_misplaced"


def test_without_counts_it_can_add_nothing(channel, take, refused):
    del channel.targets[ISSUED]
    channel.publish(LATER, "unrevocation")
    take(channel, LATER)
    assert refused(thief_says(channel, STOLEN[0])) == "revocation_beyond_cap"
    take(thief_says(channel, BLOCK), LATER)


def test_before_holders_approved_a_list_the_cap_counts_from_nothing(enrolled, take, refused):
    enrolled.put(ISSUED, counts({1: 1_000}), LATER)
    enrolled.put(BASE, a_base(*STOLEN[: CAP + 1]), LATER)
    assert refused(enrolled) == "revocation_beyond_cap"
    enrolled.put(BASE, a_base(*STOLEN[:CAP], sequence=3), LATER)
    assert take(enrolled, LATER).changed


def test_with_the_highest_sequence_it_stops_a_device_only_until_holders_replace_it(channel, take, refused, revoked):
    take(thief_says(channel, *STOLEN[:CAP], sequence=(1 << 32) - 1), LATER)
    thief_says(channel, *STOLEN[:CAP], STOLEN[0], sequence=4)
    assert refused(channel) == "revocation_lowered"
    channel.keys["revocation"] = [CryptoSigner.generate_ed25519()]
    del channel.targets[DELTA]
    channel.publish(LATER, "targets", "revocation")
    take(channel, LATER)  # the new key is not bound by what the thief said,
    assert revoked() == {BLOCK, BLOCK + 1}
    take(thief_says(channel, *STOLEN[:2], sequence=6), LATER)
    assert refused(thief_says(channel, sequence=7)) == "revocation_taken_back"  # but it is by its own


# --- damaged, enormous, old ---------------------------------------------------------------------

SPOILT = {
    APPROVED: HELD,
    ISSUED: counts({1: 1_000}),
    LIST: a_list(BLOCK),
    FOREIGN: hashes(b"8 bytes!"),
    DELTA: a_delta(HELD, STOLEN[0]),
}


@pytest.mark.parametrize("path", SPOILT)
@pytest.mark.parametrize(
    "spoil",
    [lambda data: data[:-2], lambda data: data[:3], lambda data: data + b"}", lambda data: b"\xff" * 5_000],
    ids=["cut by two", "cut to three", "one byte more", "junk"],
)
def test_a_file_that_is_signed_and_spoilt_keeps_the_old_lists_whole(channel, refused, path, spoil):
    channel.put(path, spoil(SPOILT[path]), LATER)
    assert refused(channel) == "update_content"


@pytest.mark.parametrize("path", SPOILT)
def test_a_file_larger_than_any_list_is_not_even_fetched(channel, refused, path, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_TARGET_BYTES", 20_000)
    channel.put(path, b" " * 20_001, LATER)
    assert refused(channel) == "update_too_large"


def test_a_delta_of_another_base_keeps_the_old_pair_whole(channel, refused, revoked):
    assert refused(thief_says(channel, STOLEN[0], base=a_base(BLOCK))) == "update_content"
    channel.put(APPROVED, a_delta(HELD, BLOCK), LATER)
    assert refused(channel) == "update_content"
    assert revoked() == {BLOCK, BLOCK + 1}


@pytest.mark.parametrize(
    ("path", "newer", "older"),
    [
        (APPROVED, a_base(BLOCK, sequence=8), a_base(BLOCK, sequence=7)),
        (LIST, a_list(BLOCK, sequence=8), a_list(BLOCK, sequence=7)),
        (FOREIGN, hashes(bytes(8), sequence=8), hashes(bytes(8), sequence=7)),
        (DELTA, a_delta(HELD, STOLEN[0], sequence=8), a_delta(HELD, STOLEN[0], sequence=7)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_list_with_a_lower_sequence_or_none_any_more_is_refused(channel, take, refused, path, newer, older):
    take(channel.put(path, newer, LATER), LATER)
    assert refused(channel.put(path, older, LATER)) == "revocation_lowered"
    del channel.targets[path]
    channel.publish(LATER, path.split("/")[0])
    assert refused(channel) == "revocation_lowered"


# --- other issuers' certificates ------------------------------------------------------------------


class Listed:
    """A signer of a country, for the list of signers."""

    def __init__(self, country):
        self.key, self.country = an_issuer("travel"), country

    def entry(self):
        return self.key.entry(country=self.country)


def a_travel_pass(channel, country, identifier):
    """A travel pass of a country whose signer is in the channel."""
    signer = Listed(country)
    channel.put("keys/signers.json", signers_json(signer), LATER)
    document = certificate()
    document["v"][0] |= {"ci": identifier, "co": country}
    claims = travel_claims(document, iss=country, iat=LATER - DAY, exp=LATER + 30 * DAY)
    return travel_text(signed(claims, signer.key))


def test_another_issuers_revoked_certificate_is_refused_by_a_device_that_took_the_list(channel, take, store):
    identifier = "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B"
    text = a_travel_pass(channel, "AT", identifier)
    take(channel, LATER)
    assert Verifier(load(store).trust).judge(text, LATER).reason is None
    take(channel.put(FOREIGN, hashes(certificate_hash(identifier), bytes(8)), LATER), LATER)
    verdict = Verifier(load(store).trust).judge(text, LATER)
    assert (verdict.reason, verdict.outcome.value) == (Reason.REVOKED, "refused")


def test_the_list_of_hashes_revokes_none_of_our_own_passes(channel, take, store):
    identifier = uvci.of_serial(STOLEN[0])  # which anybody can count up
    text = a_travel_pass(channel, "VN", identifier)
    take(channel.put(FOREIGN, hashes(certificate_hash(identifier)), LATER), LATER)
    assert Verifier(load(store).trust).judge(text, LATER).reason is None


def test_a_list_of_more_hashes_than_a_device_holds_is_refused(channel, refused, monkeypatch):
    data = hashes(*(n.to_bytes(8, "big") for n in range(30)))
    monkeypatch.setattr(foreign, "MAX_HASHES", 20)
    assert refused(channel.put(FOREIGN, data, LATER)) == "update_content"


def test_a_thief_who_keeps_the_holders_newest_list_back_cannot_keep_the_old_one_fresh(channel, store, take):
    """The online keys sign what is newest: new keys every week, and the same old list that holders approved."""
    later = LATER + 22 * DAY
    channel.publish(later, "root", "targets", "keys", "rules-79", "revocation")
    take(channel, later)
    assert load(store).trust.signed_at == LATER  # 22 days ago: cannot tell
    channel.publish(later, "unrevocation")
    take(channel, later)
    assert load(store).trust.signed_at == later


def test_without_a_list_that_holders_approved_the_date_of_their_role_is_no_lists_age(enrolled, store, take):
    later = NOW + 22 * DAY
    enrolled.publish(later, "root", "targets", "keys", "rules-79", "revocation")
    take(enrolled, later)
    assert load(store).trust.signed_at == later


def test_a_date_of_the_online_list_that_is_older_than_the_keys_counts_too(enrolled, store, take, monkeypatch):
    """The real publisher dates the role `revocation`; who publishes the keys alone leaves its age as it is."""
    marks = enrolled.marks
    dated = {"signed_at": "2021-07-31T08:00:00Z"}
    monkeypatch.setattr(enrolled, "marks", lambda role: marks(role) | (dated if role == "revocation" else {}))
    enrolled.put("revocation/base.bin", encode_base(SerialSet(), 2, LATER), LATER)
    enrolled.publish(LATER, "keys", "revocation")
    take(enrolled, LATER)
    assert load(store).trust.signed_at == NOW + DAY


def test_a_list_that_was_not_compared_grows_old_though_its_role_is_dated_anew(enrolled, store, take, monkeypatch):
    """The publisher's timer signs the same list again; only who compares it with the register dates it."""
    marks = enrolled.marks
    dated = {"signed_at": datetime.fromtimestamp(LATER, UTC).isoformat()}
    monkeypatch.setattr(enrolled, "marks", lambda role: marks(role) | (dated if role == "revocation" else {}))
    enrolled.publish(LATER, "keys", "revocation")
    take(enrolled, LATER)
    held = load(store)
    assert held.trust.signed_at == held.signed_at["revocation"] == NOW
    assert held.ages(NOW + 8 * DAY)["revocation"].freshness is Freshness.WARN
    same = encode_delta(SerialSet(), 2, LATER, hashlib.sha256(encode_base(SerialSet(), 1, NOW)).digest())
    enrolled.put("revocation/delta.bin", same, LATER)
    take(enrolled, LATER)
    assert load(store).trust.signed_at == LATER
