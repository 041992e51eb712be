"""A manifest's bytes, and hostile ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.client.errors import UpdateRefused
from keys.loop import manifest

BODY = bytes(range(240)) * 5


def a_manifest(body=BODY, block=100, spare=4):
    return manifest.of_body(body, manifest.cut_up(body, block, spare), 7, 3)


def test_it_says_what_it_was_made_of():
    told = manifest.from_bytes(a_manifest().to_bytes())
    assert told == a_manifest()
    assert (told.release, told.root_version, told.length, told.block_bytes) == (7, 3, 1200, 100)
    assert (told.data_blocks, len(told.hashes)) == (12, 16)


def test_it_knows_its_blocks_and_no_others():
    body = BODY
    blocks = manifest.cut_up(body, 100, 4)
    told = a_manifest()
    assert all(told.has(number, block) for number, block in enumerate(blocks))
    assert not told.has(0, blocks[1])
    assert not told.has(16, blocks[0])
    assert not told.has(0, blocks[0] + b"\x00")


def test_it_can_never_be_read_as_metadata_of_the_channel():
    assert not a_manifest().to_bytes().lstrip().startswith(b"{")


@pytest.mark.parametrize(
    "change",
    [
        lambda data: data[:-1],
        lambda data: data + b"\x00",
        lambda data: data[:20],
        lambda data: b"checkpoint-loop/2\n" + data[18:],
        lambda data: data[:38] + b"\x04\x01" + data[40:],  # a block of 1,025 bytes
        lambda data: data[:38] + b"\x00\x00" + data[40:],
        lambda data: data[:40] + b"\x00" + data[41:],  # no data blocks
        lambda data: data[:40] + b"\x11" + data[41:],  # more than there are blocks
        lambda data: data[:34] + b"\x00\x00\x08\x00" + data[38:],  # a body of another length than its blocks'
    ],
)
def test_a_manifest_that_breaks_its_own_form_is_refused(change):
    with pytest.raises(UpdateRefused) as caught:
        manifest.from_bytes(change(a_manifest().to_bytes()))
    assert caught.value.code == "loop_malformed"


@given(st.binary(max_size=120))
def test_any_bytes_are_a_manifest_or_a_refusal(data):
    for content in (data, b"checkpoint-loop/1\n" + data):
        try:
            told = manifest.from_bytes(content)
        except UpdateRefused:
            continue
        assert told.to_bytes() == content


@pytest.mark.parametrize(("body", "spare"), [(b"", 1), (b"x" * 3000, 0), (b"x" * 2000, 56)])
def test_no_block_or_too_many_are_refused(body, spare):
    with pytest.raises(UpdateRefused):
        manifest.cut_up(body, 10, spare)


def test_versions_that_a_thief_ran_beyond_64_bits_make_no_loop_and_no_fault():
    with pytest.raises(UpdateRefused):
        manifest.of_body(BODY, manifest.cut_up(BODY, 100, 4), 1 << 64, 1)
