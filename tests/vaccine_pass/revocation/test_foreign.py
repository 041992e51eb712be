"""Other issuers' hashes: exact against a model, hostile bytes refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from tests.vaccine_pass.revocation.lists import SIGNED
from vaccine_pass.errors import PassError
from vaccine_pass.revocation.foreign import MAX_HASHES, decode, encode

hashes = st.binary(min_size=8, max_size=8)
models = st.sets(hashes, max_size=30)
GOOD = encode([b"\0" * 8, b"\1" * 8, b"\xff" * 8], 3, SIGNED)


def refusal(data):
    with pytest.raises(PassError) as refused:
        decode(data)
    assert refused.value.code == "bad_revocation_list"
    return refused.value.message


@given(models, st.lists(hashes, max_size=10))
def test_look_ups_answer_as_the_model_does(model, others):
    found = decode(encode(model, 1, SIGNED))
    assert all(each in found for each in model)
    assert [each in found for each in others] == [each in model for each in others]
    assert (list(found), len(found)) == (sorted(model), len(model))


@given(models)
def test_one_set_has_one_encoding(model):
    data = encode(model, 1, SIGNED)
    assert encode(sorted(model, reverse=True) + list(model), 1, SIGNED) == data
    assert encode(decode(data), 1, SIGNED) == data


def test_the_header_reads_back():
    assert (decode(GOOD).sequence, decode(GOOD).signed_at) == (3, SIGNED)


@pytest.mark.parametrize("thing", [None, 0, "0" * 8, b"", b"\0" * 7, b"\0" * 9, bytearray(8)])
def test_what_is_no_hash_is_in_no_list(thing):
    assert thing not in decode(GOOD)


@given(st.binary(max_size=80))
def test_any_bytes_are_refused_in_one_sentence(data):
    read, error = attempt(decode, data)
    assert read is None
    assert error.message.startswith("The revocation list cannot be used: ")


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_a_changed_list_is_refused_or_is_another_lists_one_encoding(at, value):
    changed = GOOD[:at] + bytes([value]) + GOOD[at + 1 :]
    read, error = attempt(decode, changed)
    assert error is not None or encode(read, read.sequence, read.signed_at) == changed


def test_every_shorter_and_every_longer_list_is_refused():
    for length in range(len(GOOD)):
        refusal(GOOD[:length])
    assert "not as long as its 3 hashes" in refusal(GOOD + b"\0")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"VNRL" + GOOD[4:], "no list of other issuers"),
        (GOOD[:4] + b"\2" + GOOD[5:], "no list of other issuers"),
        (GOOD[:5] + bytes(4) + GOOD[9:], "no list of other issuers"),
        (GOOD[:9] + b"\xff" * 8 + GOOD[17:], "no list of other issuers"),
        (GOOD[:17] + b"\xff" * 4 + GOOD[21:], "or they are more than 2097152"),
        (GOOD[:21] + GOOD[29:37] + GOOD[21:29] + GOOD[37:], "ascending"),
        (GOOD[:21] + GOOD[29:37] + GOOD[29:37] + GOOD[37:], "ascending"),
    ],
)
def test_what_is_wrong_is_named(data, words):
    assert words in refusal(data)


@pytest.mark.parametrize(
    ("some", "sequence", "signed_at"),
    [([b"short"], 1, SIGNED), ([], 0, SIGNED), ([], 1 << 32, SIGNED), ([], 1, -1), ([], 1, 1 << 60)],
)
def test_a_wrong_list_is_never_written(some, sequence, signed_at):
    with pytest.raises(ValueError, match=r"hashes|sequence"):
        encode(some, sequence, signed_at)


def test_a_list_is_never_larger_than_a_phone_should_hold():
    with pytest.raises(ValueError, match="hashes"):
        encode((number.to_bytes(8, "big") for number in range(MAX_HASHES + 1)), 1, SIGNED)
