"""COSE_Sign1: taken apart and put together, the tags in use, and everything that is none."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.envelopes import Parts, envelope, header
from tests.vaccine_pass.attempts import attempt
from vaccine_pass import cose
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

KID, OTHER = b"8 bytes.", b"another."
PARTS = Parts(cose.protected_header(KID), b"payload", bytes(64))
GOOD = envelope(PARTS)
parts = st.builds(Parts, st.binary(max_size=400), st.binary(max_size=700), st.binary(max_size=300))


def refused(data):
    with pytest.raises(Unreadable) as error:
        cose.read_sign1(data)
    return error.value.reason is Reason.NOT_COSE


def sign1(protected, unprotected=None):
    return cose.UnverifiedSign1(protected, unprotected or {}, b"", b"")


@given(parts)
def test_reading_is_the_inverse_of_writing(some):
    written = cose.write_sign1(*some)
    read = cose.read_sign1(written)
    assert (read.protected, read.payload, read.signature, read.unprotected) == (*some, {})
    assert cbor2.loads(written).value[2] == some.payload


@given(parts)
def test_the_signed_bytes_are_the_sig_structure_of_rfc_9052(some):
    structure = ["Signature1", some.protected, b"aad", some.payload]
    assert cose.signed_bytes(some.protected, some.payload, b"aad") == cbor2.dumps(structure)


def test_without_external_data_the_signed_bytes_have_an_empty_string_in_its_place():
    assert cose.signed_bytes(b"p", b"x") == cbor2.dumps(["Signature1", b"p", b"", b"x"])


@pytest.mark.parametrize("tags", [b"", b"\xd2", b"\xd8\x3d\xd2", b"\xd2\xd2"], ids=["none", "18", "61-18", "18-18"])
def test_the_tags_that_real_issuers_write_are_passed_over(tags):
    assert cose.read_sign1(envelope(PARTS, tags=tags)) == cose.read_sign1(GOOD)


@pytest.mark.parametrize(
    "tags",
    [
        b"\xd2\xd2\xd2",
        b"\xd2\xd2\xd2\xd2",
        b"\xd2\xd8\x3d",
        b"\xd8\x3d",
        b"\xd1",
        b"\xd3",
        b"\xd8\x62",
        b"\xd8\x12",
        b"\xd9\xd9\xf7",
        b"\xd2" * 10_000,
    ],
    ids=lambda tags: tags[:6].hex(),
)
def test_other_tags_are_refused(tags):
    assert refused(envelope(PARTS, tags=tags))


@pytest.mark.parametrize(
    ("unprotected", "value"),
    [
        (b"\xa0", {}),
        (b"\xbf\xff", {}),
        (b"\xa1\x04\x48" + KID, {4: KID}),
        (b"\xa2\x61a\x81\x01\x04\x41x", {"a": [1], 4: b"x"}),
    ],
)
def test_an_unprotected_header_is_read(unprotected, value):
    assert cose.read_sign1(envelope(PARTS, unprotected=unprotected)).unprotected == value


@pytest.mark.parametrize("head", [b"\x58\x07", b"\x59\x00\x07"])
def test_a_longer_head_of_a_byte_string_is_read(head):
    assert cose.read_sign1(GOOD.replace(b"\x47payload", head + b"payload")) == cose.read_sign1(GOOD)


def array(*items):
    return b"\xd2" + bytes((0x80 | len(items),)) + b"".join(items)


FOUR = (b"\x40", b"\xa0", b"\x41p", b"\x41s")
WRONG = {
    "nothing": b"",
    "a tag alone": b"\xd2",
    "an array's head alone": b"\xd2\x84",
    "a number": b"\x01",
    "a map": b"\xd2\xa0",
    "three items": array(*FOUR[:3]),
    "five items": array(*FOUR, b"\x40"),
    "an array without a length": b"\xd2\x9f" + b"".join(FOUR) + b"\xff",
    "a longer array head": b"\xd2\x98\x04" + b"".join(FOUR),
    "a protected header that is a map": array(b"\xa0", *FOUR[1:]),
    "an unprotected header that is bytes": array(FOUR[0], b"\x40", *FOUR[2:]),
    "an unprotected header that is an array": array(FOUR[0], b"\x80", *FOUR[2:]),
    "an unprotected header cut short": array(FOUR[0], b"\xa1\x04", *FOUR[2:]),
    "a payload of null": array(*FOUR[:2], b"\xf6", FOUR[3]),
    "a payload of text": array(*FOUR[:2], b"\x61p", FOUR[3]),
    "a payload without a length": array(*FOUR[:2], b"\x5f\x41p\xff", FOUR[3]),
    "a payload of 4 GB": array(*FOUR[:2], b"\x5a\xff\xff\xff\xff", FOUR[3]),
    "a payload of 16 EB": array(*FOUR[:2], b"\x5b" + b"\xff" * 8, FOUR[3]),
    "a signature that is an array": array(*FOUR[:3], b"\x80"),
    "a signature cut short": array(*FOUR[:3], b"\x42s"),
    "a signature whose head is cut short": array(*FOUR[:3], b"\x59\x00"),
    "a byte left over": array(*FOUR) + b"\0",
    "two envelopes": array(*FOUR) + array(*FOUR),
    "nested arrays in the header": array(FOUR[0], b"\xa1\x01" + b"\x81" * 10_000 + b"\x01", *FOUR[2:]),
    "nested maps in the header": array(FOUR[0], b"\xa1\x01" * 10_000 + b"\x01", *FOUR[2:]),
    "nested arrays as the envelope": b"\x84" * 10_000,
    "the key id twice in the header": array(FOUR[0], b"\xa2\x04\x41a\x04\x41b", *FOUR[2:]),
    "a bignum in the header": array(FOUR[0], b"\xa1\x01\xc2\x41\x01", *FOUR[2:]),
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG)
def test_what_is_no_cose_sign1_is_refused(data):
    assert refused(data)


@pytest.mark.parametrize("length", range(len(GOOD)))
def test_an_envelope_cut_short_anywhere_is_refused(length):
    assert refused(GOOD[:length])


@given(st.binary(max_size=120), st.sampled_from([b"", b"\xd2\x84", b"\xd2\x84\x40\xa1", b"\x84\x41\xa0\xa0"]))
def test_any_bytes_are_read_or_refused(data, start):
    read, error = attempt(cose.read_sign1, start + data)
    assert read is not None or error.reason is Reason.NOT_COSE


# --- headers


def test_our_header_says_es256_and_eight_bytes():
    assert cose.protected_header(KID) == cbor2.dumps({1: -7, 4: KID})
    assert cose.is_our_header(cose.protected_header(KID))
    with pytest.raises(ValueError, match="7 bytes"):
        cose.protected_header(KID[:7])


@pytest.mark.parametrize(
    "protected", [b"", b"\xa0", header(KID)[:-1], header(KID) + b"\0", header(KID, -37), header(None)], ids=bytes.hex
)
def test_another_header_is_not_ours(protected):
    assert not cose.is_our_header(protected)


@pytest.mark.parametrize(
    ("protected", "unprotected", "found"),
    [
        (header(KID), {}, KID),
        (header(KID), {4: OTHER}, KID),
        (header(KID, -37), {4: OTHER}, KID),
        (cbor2.dumps({4: KID, 1: -7}), {4: OTHER}, KID),
        (header(None), {4: OTHER}, OTHER),
        (b"", {4: OTHER}, OTHER),
        (b"\xa0", {4: OTHER}, OTHER),
        (b"\xa0", {}, None),
        (b"", {}, None),
        (header(KID[:7]), {}, KID[:7]),
        (header("8 bytes."), {4: OTHER}, None),
        (cbor2.dumps({1: -7, 4: None}), {4: OTHER}, None),
        (b"\xa0", {4: "another."}, None),
        (b"\xa0", {4: [OTHER]}, None),
        (b"\xa0", {"4": OTHER}, None),
    ],
    ids=[
        "ours",
        "protected over unprotected",
        "PS256",
        "another order",
        "unprotected",
        "no protected header",
        "an empty protected map",
        "nowhere",
        "nothing at all",
        "seven bytes",
        "text, which wins too",
        "null, which wins too",
        "unprotected text",
        "an array",
        "a label of text",
    ],
)
def test_the_protected_key_id_wins_whatever_it_says(protected, unprotected, found):
    assert cose.key_id(sign1(protected, unprotected)) == found


@pytest.mark.parametrize(
    "protected",
    [b"\x80", b"\x01", b"\xff", b"\x40", b"\xa2\x04\x41a\x04\x41b", b"\x81" * 10_000 + b"\x01", b"\xa1\x01" * 10_000],
    ids=["an array", "a number", "a break", "bytes", "a label twice", "nested arrays", "nested maps"],
)
def test_a_protected_header_that_is_no_map_is_refused(protected):
    with pytest.raises(Unreadable) as error:
        cose.key_id(sign1(protected))
    assert error.value.reason is Reason.NOT_COSE


def test_a_header_that_must_be_understood_cannot_be_told():
    for critical in ([99], [], [1], 99, None):
        with pytest.raises(Unreadable) as error:
            cose.key_id(sign1(cbor2.dumps({1: -7, 2: critical, 4: KID, 99: 1})))
        assert error.value.reason is Reason.NEWER_FORMAT
