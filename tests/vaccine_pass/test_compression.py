"""The zlib layer: stored blocks, any deflate read, and the cap."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from vaccine_pass.compression import MAX_INFLATED, inflate, store
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason


def reason_of(data):
    with pytest.raises(Unreadable) as refused:
        inflate(data)
    return refused.value.reason


@given(st.binary(max_size=2000))
def test_inflating_is_the_inverse_of_storing(data):
    assert inflate(store(data)) == data
    assert zlib.decompress(store(data)) == data


@given(st.binary(max_size=2000), st.integers(0, 9))
def test_every_level_of_deflate_is_read(data, level):
    assert inflate(zlib.compress(data, level)) == data


def test_a_stream_in_several_blocks_is_read():
    packer = zlib.compressobj()
    blocks = packer.compress(b"one") + packer.flush(zlib.Z_FULL_FLUSH) + packer.compress(b"two") + packer.flush()
    assert inflate(blocks) == b"onetwo"


def test_the_largest_and_the_first_too_large_stored_block():
    assert len(store(bytes(65535))) == 65535 + 11
    with pytest.raises(ValueError, match="65536"):
        store(bytes(65536))


@pytest.mark.parametrize("pack", [store, zlib.compress], ids=["stored", "deflated"])
def test_exactly_the_cap_is_read_and_one_byte_more_is_too_large(pack):
    assert inflate(pack(bytes(MAX_INFLATED))) == bytes(MAX_INFLATED)
    assert reason_of(pack(bytes(MAX_INFLATED + 1))) is Reason.TOO_LARGE


@pytest.mark.parametrize("size", [MAX_INFLATED + 200, 1 << 20, 10 << 20])
def test_a_bomb_is_too_large(size):
    assert reason_of(zlib.compress(bytes(size), 9)) is Reason.TOO_LARGE


def test_a_bomb_whose_end_is_missing_is_too_large_all_the_same():
    assert reason_of(zlib.compress(bytes(1 << 20), 9)[:-4]) is Reason.TOO_LARGE


WHOLE = zlib.compress(b"a pass" * 20)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x78",
        b"a pass",
        WHOLE[:-1],
        WHOLE[:-4] + b"\0\0\0\0",
        WHOLE + b"\0",
        WHOLE + WHOLE,
        b"\x1f\x8b\x08" + WHOLE,
        b"\x78\xbb\0\0\0\1" + WHOLE[2:],
    ],
    ids=[
        "nothing",
        "one byte",
        "not compressed",
        "cut short",
        "wrong checksum",
        "a byte left over",
        "two streams",
        "gzip",
        "a preset dictionary",
    ],
)
def test_what_is_not_one_whole_zlib_stream_is_refused(data):
    assert reason_of(data) is Reason.NOT_COMPRESSED


@given(st.binary(max_size=300))
def test_any_bytes_are_inflated_or_refused(data):
    plain, refused = attempt(inflate, data)
    assert refused.reason in {Reason.NOT_COMPRESSED, Reason.TOO_LARGE} if refused else len(plain) <= MAX_INFLATED
