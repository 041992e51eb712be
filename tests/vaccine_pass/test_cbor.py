"""CBOR: read within bounds, the same by both decoders, and written in one way."""

import random

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from vaccine_pass import cbor
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

numbers = st.integers(-(2**64), 2**64 - 1) | st.floats()
scalars = st.none() | st.booleans() | numbers | st.binary(max_size=30) | st.text(max_size=30)
keys = st.integers(-(2**64), 2**64 - 1) | st.text(max_size=5) | st.binary(max_size=5)
items = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


def reason_of(data):
    with pytest.raises(Unreadable) as refused:
        cbor.loads(data)
    return refused.value.reason


def same(one, other):
    """Equal, with NaN equal to itself."""
    return repr(one) == repr(other)


@given(items)
def test_what_is_written_reads_back(value):
    data = cbor.dumps_deterministic(value)
    assert same(cbor.dumps_deterministic(cbor.loads(data)), data)
    assert cbor.scan(data)[0] == len(data)


@given(items)
def test_what_another_writer_wrote_reads_back(value):
    assert same(cbor.loads(cbor2.dumps(value)), value)


@given(st.dictionaries(keys, scalars, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_insertion_changes_nothing(value, dice):
    pairs = list(value.items())
    dice.shuffle(pairs)
    assert cbor.dumps_deterministic(dict(pairs)) == cbor.dumps_deterministic(value)


def test_keys_stand_in_the_order_of_rfc_8949_and_not_in_that_of_rfc_7049():
    ordered = cbor.dumps_deterministic({"z": 0, 10: 1, -1: 2, 100: 3, "aa": 4, (100,): 5, False: 6})
    assert list(cbor2.loads(ordered)) == [10, 100, -1, "z", "aa", (100,), False]  # RFC 8949, section 4.2.1
    assert ordered != cbor2.dumps(cbor2.loads(ordered), canonical=True)


@pytest.mark.parametrize("size", [0, 23, 24, 255, 256, 65535])
def test_heads_have_the_shortest_length(size):
    assert cbor.byte_string(bytes(size)) == cbor2.dumps(bytes(size))
    assert cbor.dumps_deterministic([0] * size) == cbor2.dumps([0] * size)


def test_more_items_than_belong_in_a_pass_are_an_error():
    with pytest.raises(ValueError, match="do not belong"):
        cbor.byte_string(bytes(1 << 16))


NESTED = {
    "arrays": b"\x81" * 10_000 + b"\x01",
    "maps": b"\xa1\x01" * 10_000 + b"\x01",
    "maps as keys": b"\xa1" * 10_000 + b"\x01" * 10_001,
    "arrays without an end": b"\x9f" * 10_000,
    "date tags": b"\xc0" * 10_000 + b"\x61x",
    "unknown tags": b"\xd8\x3d" * 10_000 + b"\x01",
}
TOO_LONG = {
    "bytes": b"\x5b\x00\x00\x00\xff\xff\xff\xff\xffabc",
    "text": b"\x7b\x7f\xff\xff\xff\xff\xff\xff\xffabc",
    "an array": b"\x9b\x00\x00\x00\xff\xff\xff\xff\xff\x01",
    "an array of the highest length": b"\x9b" + b"\xff" * 8,
    "a map": b"\xbb\x00\x00\x00\xff\xff\xff\xff\xff\x01",
}
MALFORMED = {
    "nothing": b"",
    "a break alone": b"\xff",
    "reserved heads": b"\x1c",
    "an integer without an end": b"\x1f",
    "half a float": b"\xfa\x00\x00",
    "half a pair": b"\xa1\x01",
    "half a pair before a break": b"\xbf\x01\xff",
    "text in a byte string": b"\x5f\x61a\xff",
    "parts inside parts": b"\x5f\x5f\x41a\xff\xff",
    "text that is not UTF-8": b"\x61\xff",
    "text with a surrogate": b"\x63\xed\xa0\x80",
    "a letter split between parts": b"\x7f\x61\xc3\x61\xa9\xff",
    "a small simple value in two bytes": b"\xf8\x14",
}
COMPUTING = {
    "a time": b"\xc1\x1a\x61\xc0\x6a\x00",
    "a bignum": b"\xc2\x41\x01",
    "a negative bignum": b"\xc3\x41\x01",
    "a fraction": b"\xc4\x82\x01\x19\xff\xff",
    "a big float": b"\xc5\x82\x1a\x7f\xff\xff\xff\x01",
    "bytes with CBOR inside": b"\xd8\x18\x41\x01",
    "shared": b"\xd8\x1c\x81\xd8\x1d\x00",
    "a shared reference": b"\xd8\x1d\x00",
    "a rational": b"\xd8\x1e\x82\x01\x00",
    "a pattern": b"\xd8\x23\x67(a+)+b!",
    "a message": b"\xd8\x24\x61x",
    "an identifier": b"\xd8\x25\x50" + bytes(16),
    "a set": b"\xd9\x01\x02\x81\x01",
    "an address": b"\xd9\x01\x04\x44\x7f\x00\x00\x01",
    "CBOR itself": b"\xd9\xd9\xf7\x01",
    "nobody's tag": b"\xd9\x27\x0f\x01",
    "the highest tag": b"\xdb" + b"\xff" * 8 + b"\x01",
}
TWICE = {
    "a number": b"\xa2\x01\x01\x01\x02",
    "one written in two ways": b"\xa2\x01\x01\x18\x01\x02",
    "a whole number and its float": b"\xa2\x01\x01\xf9\x3c\x00\x02",
    "one and true": b"\xa2\x01\x01\xf5\x02",
    "text": b"\xa2\x61a\x01\x61a\x01",
    "inside an array": b"\x81\xa2\x01\x01\x01\x02",
    "inside a value": b"\xa1\x05\xa2\x01\x01\x01\x02",
    "inside a key": b"\xa1\x82\x01\xa2\x01\x01\x01\x02\x03",
    "without a length": b"\xbf\x01\x01\x01\x02\xff",
}


@pytest.mark.parametrize("depth", [1, cbor.MAX_DEPTH])
def test_as_much_nesting_as_the_bound_is_read(depth):
    assert cbor.loads(b"\x81" * depth + b"\x01")
    assert cbor.loads(b"\xa1\x01" * depth + b"\x01")


def test_one_container_more_is_refused():
    assert reason_of(b"\x81" * (cbor.MAX_DEPTH + 1) + b"\x01") is Reason.NOT_COSE


@pytest.mark.parametrize(
    "data",
    [*NESTED.values(), *TOO_LONG.values(), *MALFORMED.values(), *COMPUTING.values(), *TWICE.values()],
    ids=[
        *(f"nested {name}" for name in NESTED),
        *(f"{name} of a false length" for name in TOO_LONG),
        *MALFORMED,
        *COMPUTING,
        *(f"{name} twice" for name in TWICE),
    ],
)
def test_what_is_nested_too_deeply_malformed_computing_or_double_is_refused(data):
    assert reason_of(data) is Reason.NOT_COSE


@pytest.mark.parametrize("data", [*NESTED.values(), *TOO_LONG.values()], ids=[*NESTED, *TOO_LONG])
def test_the_walk_over_the_bytes_refuses_nesting_and_false_lengths_too(data):
    with pytest.raises(Unreadable):
        cbor.scan(data)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"\xc0\x74" + b"2021-12-20T08:00:00Z", "2021-12-20T08:00:00Z"),
        (b"\xc0\x6a" + b"2021-12-20", "2021-12-20"),
        (b"\xc0\x78\x18" + b"2021-12-20T08:00:00.120Z", "2021-12-20T08:00:00.120Z"),
        (b"\xa1\x61a\x82\xc0\x61x\xc0\x61y", {"a": ["x", "y"]}),
        (b"\xa1\xc0\x61k\xc0\x61v", {"k": "v"}),
    ],
)
def test_a_date_time_tag_is_passed_over_and_its_text_kept_as_it_is(data, value):
    assert cbor.loads(data) == value


def test_a_date_tag_inside_a_string_is_a_part_of_the_string():
    assert cbor.loads(b"\x82\x42\xc0\xc0\xc0\x61x") == [b"\xc0\xc0", "x"]
    assert cbor.loads(b"\x5f\x42\xc0\xc0\x41\xc0\xff") == b"\xc0\xc0\xc0"


def test_lengths_left_open_are_read():
    assert cbor.loads(b"\x9f\x5f\x41a\x41b\xff\x7f\x61c\xff\xbf\x01\x02\xff\xff") == [b"ab", "c", {1: 2}]


def mutated(data, dice):
    """``data`` with a few bytes changed, put in or left out."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(changed) + 1)
        changed[place : place + dice.randint(0, 1)] = bytes(dice.choices(range(256), k=dice.randint(0, 2)))
    return bytes(changed)


def agree(data):
    """Both ways of reading give the same value or both refuse."""
    with pytest.MonkeyPatch.context() as patch:
        bounded, refused = attempt(cbor.loads, data)
        patch.setattr(cbor, "_HAS_BOUNDS", False)
        scanned, refused_too = attempt(cbor.loads, data)
    return bool(refused) == bool(refused_too) and same(bounded, scanned)


needs_bounds = pytest.mark.skipif(not cbor._HAS_BOUNDS, reason="this cbor2 has no bounds of its own to compare with")


@needs_bounds
@given(items, st.integers(0, 2**32))
def test_both_ways_of_reading_agree_on_changed_bytes(value, seed):
    data = cbor2.dumps(value)
    assert agree(data)
    assert agree(mutated(data, random.Random(seed)))


@needs_bounds
def test_both_ways_of_reading_agree_on_every_example():
    for data in (*NESTED.values(), *TOO_LONG.values(), *MALFORMED.values(), *COMPUTING.values(), *TWICE.values()):
        assert agree(data), data[:20]
    for data in (b"\x82\xc0\x61x\x9f\x5f\x41a\x41b\xff\xff", b"\xf8\x63", b"\xa1\xa1\x01\x02\x03", b"\x01\x02"):
        assert agree(data), data


@needs_bounds
@given(st.binary(max_size=40))
def test_both_ways_of_reading_agree_on_any_bytes(data):
    assert agree(data)


@needs_bounds
@pytest.mark.parametrize("head", [b"\x81", b"\xa1\x01", b"\xc0", b"\x9f"])
def test_both_ways_of_reading_agree_on_depth(head):
    for depth in range(1, 20):
        for leaf in (b"\x01", b"\x80", b"\x61x"):
            assert agree(head * depth + leaf + b"\xff" * (depth if head == b"\x9f" else 0)), depth
