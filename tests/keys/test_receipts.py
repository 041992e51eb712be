"""Receipts of scanners: verified one by one, a bad one counts as none, and none of them makes anything earlier."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys import receipts
from keys.errors import KeysError
from keys.lifecycle import DAY

from .builders import NOW
from .scanners import Device, a_file

KID, OTHER = bytes(range(8)), bytes(range(8, 16))
ONE, TWO, THREE = Device("79-CLT-1"), Device("79-CLT-2"), Device("48-CAU-1")


def covered(*entries, kid=KID, **rest):
    return receipts.coverage(kid, receipts.load_scanners(a_file(*entries, **rest)))


def refusal(action, *arguments):
    with pytest.raises(KeysError) as refused:
        action(*arguments)
    return refused.value


def test_a_receipt_says_which_device_trusts_which_keys_since_when():
    found = receipts.read(ONE.receipt(KID, OTHER), ONE.jwk)
    assert (found.device, found.post, found.at, found.signers) == (ONE.id, "79-CLT-1", NOW, {KID, OTHER})


def test_scanners_with_the_key_in_their_receipt_hold_it_and_all_others_wait():
    entries = ONE.entry(ONE.receipt(KID)), TWO.entry(TWO.receipt(OTHER)), THREE.entry()
    found = covered(*entries)
    assert (found.total, found.holding, found.waiting) == (3, 1, ("48-CAU-1", "79-CLT-2"))


def test_the_sentence_has_the_share_the_number_the_day_and_the_first_posts():
    found = receipts.Coverage(212, 199, tuple(f"79-CLT-{number}" for number in range(1, 14)))
    assert found.waits_until(NOW) == (
        "94% of 212 scanners hold it; waiting for 13 until 2027-01-15T08:00:00Z: "
        "79-CLT-1, 79-CLT-2, 79-CLT-3, 79-CLT-4, 79-CLT-5, …"
    )


def test_a_hundred_percent_is_said_only_when_all_hold_it():
    assert receipts.Coverage(1000, 999, ("79-CLT-1",)).percent == 99
    assert receipts.Coverage(1000, 1000).percent == receipts.Coverage(0, 0).percent == 100


ALTERED = [
    pytest.param(lambda: TWO.receipt(KID), id="a receipt of another device"),
    pytest.param(lambda: ONE.receipt(KID, at=NOW + 2 * DAY), id="dated in the future"),
    pytest.param(lambda: ONE.receipt(KID, device=TWO.id), id="says that it is another's"),
    pytest.param(lambda: ONE.receipt(KID, typ="checkpoint-enrol"), id="another kind of message"),
    pytest.param(lambda: ONE.receipt(KID)[:-8] + "AAAAAAAA", id="forged signature"),
    pytest.param(lambda: "e30.e30.e30", id="no header"),
    pytest.param(lambda: "x" * 300_000, id="far too long"),
    pytest.param(lambda: ONE.receipt(KID, signers="all"), id="signers are no list"),
    pytest.param(lambda: ONE.receipt(KID, signers=[17]), id="a signer is a number"),
    pytest.param(lambda: ONE.receipt(KID, signers=["zz"]), id="a signer is no hexadecimal"),
    pytest.param(lambda: ONE.receipt(KID, format="checkpoint-receipt/9"), id="another format"),
    pytest.param(lambda: ONE.receipt(KID, post=17), id="a post that is a number"),
    pytest.param(lambda: 17, id="a number"),
    pytest.param(lambda: {"a": 1}, id="an object"),
]


@pytest.mark.parametrize("bad", ALTERED)
def test_a_receipt_that_is_not_good_counts_as_none_and_the_file_stays_readable(bad):
    assert covered(ONE.entry(bad()), TWO.entry(TWO.receipt(KID))).waiting == ("79-CLT-1",)


def test_a_key_that_is_not_the_devices_makes_its_receipt_count_for_nothing():
    assert covered(ONE.entry(TWO.receipt(KID), key=TWO.jwk)).holding == 0
    assert covered(ONE.entry(ONE.receipt(KID), key={"kty": "oct"})).holding == 0


def test_a_device_that_is_named_twice_counts_once_with_its_newest_receipt():
    old, new = ONE.entry(ONE.receipt(at=NOW - DAY)), ONE.entry(ONE.receipt(KID))
    for entries in ((old, new), (new, old), (ONE.entry(), new), (new, ONE.entry())):
        assert (covered(*entries).total, covered(*entries).holding) == (1, 1)
    assert covered(ONE.entry(ONE.receipt(KID, at=NOW - DAY)), ONE.entry(ONE.receipt())).holding == 0


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"17",
        b"\xff\xfe",
        b"[" * 100_000,
        a_file(format="checkpoint-scanners/9"),
        a_file(scanners={}),
        a_file(scanners=[17]),
        a_file({"device": ONE.id}),
        a_file(ONE.entry(post="")),
        a_file(ONE.entry(post="79\x1b[2J")),
        a_file(ONE.entry(enrolled_at="yesterday")),
        a_file(at=NOW).replace(b'"at"', b'"when"'),
    ],
)
def test_a_file_that_is_something_else_is_refused_with_what_to_do(data):
    error = refusal(receipts.load_scanners, data)
    assert error.code == "bad_scanners_file"
    assert "export it from the server anew" in error.message


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(receipts, "MOST_BYTES", 100)
    assert "more than 100 bytes" in refusal(receipts.load_scanners, a_file(ONE.entry())).message


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=200), JSON.map(lambda it: json.dumps(it).encode())))
def test_no_bytes_make_anything_but_a_refusal_or_scanners(data):
    try:
        receipts.load_scanners(data)
    except KeysError as error:
        assert error.code == "bad_scanners_file"


MEMBERS = st.sampled_from(["device", "post", "key", "enrolled_at", "receipt"])


@settings(max_examples=200, deadline=None)
@given(MEMBERS, JSON)
def test_no_value_of_a_member_lets_a_scanner_hold_a_key_that_it_does_not_sign_for(member, value):
    entry = ONE.entry(ONE.receipt(OTHER)) | {member: value}
    try:
        assert covered(entry).holding == 0
    except KeysError as error:
        assert error.code == "bad_scanners_file"
