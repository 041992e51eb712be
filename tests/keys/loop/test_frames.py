"""The texts of a loop's codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.loop import frames
from keys.loop.hashes import Tree
from vaccine_pass import base45

BLOCKS = [bytes([number]) * 60 for number in range(6)]
TREE = Tree(BLOCKS, 4)


def head_text(number=2):
    return frames.head_text(TREE, number, 4, 6, BLOCKS[number])


def test_a_block_of_a_head_comes_back_with_its_counts():
    assert frames.read(head_text()) == frames.Frame(TREE.root, 2, BLOCKS[2], 4, 6)
    assert frames.read(head_text()).is_head


def test_a_block_of_a_body_comes_back():
    frame = frames.read(frames.body_text(TREE.root, 9, b"block"))
    assert frame == frames.Frame(TREE.root, 9, b"block")
    assert not frame.is_head


def test_every_byte_of_a_head_that_is_changed_is_noticed():
    data = base45.decode(head_text()[5:])
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 0x01
        frame = frames.read("VNT1:" + base45.encode(bytes(changed)))
        assert frame is None or not frame.is_head


@pytest.mark.parametrize(
    "text", ["", "VN1:ABC", "VNT1:", "VNT1:A", "VNT1:::::", "VNT2:AAA", "vnt1:AAA", "VNT1:" + "0" * 3000, "VNT1:ĐÂY"]
)
def test_what_is_no_frame_is_none(text):
    assert frames.read(text) is None


@given(st.binary(max_size=100), st.sampled_from([b"", b"\x01", b"\x02", b"\x01" + bytes(16), b"\x02" + bytes(16)]))
def test_any_bytes_are_a_frame_or_none(data, start):
    frame = frames.read("VNT1:" + base45.encode(start + data))
    assert frame is None or len(frame.block) >= 1


def test_a_frame_is_told_from_a_pass_by_its_first_letters():
    assert frames.is_frame(head_text())
    assert not frames.is_frame("VN1:ABC")


def test_a_full_frame_is_as_long_as_its_code_holds():
    longest = frames.body_text(TREE.root, 0, bytes(frames.BODY_BLOCK))
    assert frames.FRAME_CHARACTERS - 3 < len(longest) <= frames.FRAME_CHARACTERS
    for count in (4, 16, 255):
        blocks = [bytes(frames.head_block(count))] * count
        assert len(frames.head_text(Tree(blocks, 1), 0, 1, count, blocks[0])) == len(longest)
