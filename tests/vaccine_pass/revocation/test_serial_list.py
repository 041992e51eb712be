"""The bytes of a base and of a delta: one encoding for one set, and hostile bytes refused."""

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from tests.vaccine_pass.revocation.lists import BLOCK, SIGNED, a_base, bytes_of, serial_sets, sha256
from vaccine_pass.errors import PassError
from vaccine_pass.revocation import rice, serial_list, serial_set
from vaccine_pass.revocation.serial_list import encode_base, encode_delta
from vaccine_pass.revocation.serial_set import SerialSet

sequences, times = st.integers(1, (1 << 32) - 1), st.integers(0, serial_list.MAX_SECONDS)
ONE = (1, 1, 19, rice.encode([7]))
GOOD = encode_base(SerialSet.of([BLOCK, BLOCK + 7, 3 * BLOCK + 5]), 3, SIGNED)
DELTA = encode_delta(SerialSet.of([BLOCK + 8, 5 * BLOCK]), 4, SIGNED, sha256(GOOD))


def encoded_again(read):
    if read.base_digest is None:
        return encode_base(read.serials, read.sequence, read.signed_at)
    return encode_delta(read.serials, read.sequence, read.signed_at, read.base_digest)


def refusal(data):
    with pytest.raises(PassError) as refused:
        serial_list.decode(data)
    assert refused.value.code == "bad_revocation_list"
    return refused.value.message


@given(serial_sets, sequences, times)
def test_a_base_reads_back(model, sequence, signed_at):
    data = encode_base(SerialSet.of(model), sequence, signed_at)
    read = serial_list.decode(data)
    assert list(read.serials) == sorted(model)
    assert (read.sequence, read.signed_at, read.base_digest) == (sequence, signed_at, None)
    assert read.digest == sha256(data)


@given(serial_sets, sequences, times, st.binary(min_size=32, max_size=32))
def test_a_delta_reads_back_with_its_bases_digest(model, sequence, signed_at, digest):
    read = serial_list.decode(encode_delta(SerialSet.of(model), sequence, signed_at, digest))
    assert (list(read.serials), read.base_digest) == (sorted(model), digest)


@given(st.lists(st.integers(BLOCK, 9 * BLOCK), max_size=30), st.randoms())
def test_one_set_has_one_encoding_in_whatever_order_it_comes(serials, dice):
    shuffled = serials + serials[:3]
    dice.shuffle(shuffled)
    assert encode_base(SerialSet.of(serials), 1, 0) == encode_base(SerialSet.of(shuffled), 1, 0)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_sentence(data):
    read, error = attempt(serial_list.decode, data)
    assert read is None
    assert error.message.startswith("The revocation list cannot be used: ")


@settings(max_examples=300)
@given(st.sampled_from([GOOD, DELTA]), st.data())
def test_a_changed_list_is_refused_or_is_another_lists_one_encoding(data, draw):
    changed = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 3))):
        changed[draw.draw(st.integers(0, len(changed) - 1))] = draw.draw(st.integers(0, 255))
    read, error = attempt(serial_list.decode, bytes(changed))
    assert error is not None or encoded_again(read) == bytes(changed)


@pytest.mark.parametrize("data", [GOOD, DELTA], ids=["base", "delta"])
def test_every_shorter_and_every_longer_list_is_refused(data):
    for length in range(len(data)):
        refusal(data[:length])
    assert "left over" in refusal(data + b"\0")
    assert "left over" in refusal(data + data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bytes_of(ONE, magic=b"VNRF"), "no base or delta of version 1"),
        (bytes_of(ONE, version=2), "no base or delta of version 1"),
        (bytes_of(ONE, kind=3), "no base or delta of version 1"),
        (bytes_of(ONE, sequence=0), "sequence or date"),
        (bytes_of(ONE, signed_at=253_402_300_800), "sequence or date"),
        (bytes_of(ONE, number=2), "cut short"),
        (bytes_of(ONE, number=0xFFFF), "cut short"),
        (bytes_of(ONE, number=0), "left over"),
        (bytes_of((0, *ONE[1:])), "ascending order from block 1"),
        (bytes_of(ONE, ONE), "ascending order"),
        (bytes_of((2, *ONE[1:]), ONE), "ascending order"),
        (bytes_of((1, 1, 18, ONE[3])), "Rice parameter of block 1"),
        (bytes_of((1, 1, 255, ONE[3])), "Rice parameter of block 1"),
        (bytes_of((1, 1 << 20, 0, b"\xff" * 100)), "cut short or go past"),
        (bytes_of((1, 1, 19, b"")), "cut short or go past"),
        (bytes_of((1, 1, 19, bytes(100))), "cut short or go past"),
        (bytes_of(number=0, kind=2, digest=bytes(31)), "cut short"),
        (bytes_of(kind=2), "cut short"),
        (b"", "cut short"),
    ],
)
def test_what_is_wrong_is_named(data, words):
    assert words in refusal(data)


def test_the_hand_made_list_is_good_before_it_is_spoilt():
    assert list(serial_list.decode(bytes_of(ONE)).serials) == [BLOCK + 7]


def test_ten_megabytes_of_zeros_behind_a_huge_count_cost_little_memory():
    data = bytes_of((1, 1 << 20, 0, bytes(10_000_000)))
    tracemalloc.start()
    try:
        refusal(data)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_more_serials_than_a_set_may_hold_are_refused_while_reading(monkeypatch):
    data = encode_base(SerialSet.of(range(BLOCK, BLOCK + 20)), 1, SIGNED)
    monkeypatch.setattr(serial_set, "MAX_SERIALS", 19)
    assert "more than 19 serials" in refusal(data)


def test_a_whole_block_is_one_bit_a_serial():
    whole = SerialSet.of_blocks([(9, range(BLOCK))])
    data = encode_base(whole, 1, SIGNED)
    assert len(data) == 18 + 2 + 5 + BLOCK // 8
    assert serial_list.decode(data).serials == whole


@pytest.mark.parametrize(("sequence", "signed_at"), [(0, 1), (1 << 32, 1), (1, -1), (1, 253_402_300_800)])
def test_a_list_with_a_wrong_header_is_never_written(sequence, signed_at):
    with pytest.raises(ValueError, match="sequence"):
        encode_base(SerialSet(), sequence, signed_at)
    with pytest.raises(ValueError, match="sequence"):
        encode_delta(SerialSet(), sequence, signed_at, bytes(32))


def test_a_delta_with_a_cut_digest_is_never_written():
    with pytest.raises(ValueError, match="31 bytes"):
        encode_delta(SerialSet(), 1, SIGNED, bytes(31))


def test_an_empty_list_is_a_list():
    assert len(a_base().serials) == 0
