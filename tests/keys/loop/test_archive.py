"""Files as one run of bytes, and hostile runs."""

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.client.errors import UpdateRefused
from keys.loop import archive, caps

FILES = {"metadata/timestamp.json": b"{}", "targets/keys/ab.signers.json": b"x" * 1000, "targets/a": b""}


def entry(path, data, size=None):
    return struct.pack(">H", len(path)) + path + struct.pack(">I", len(data) if size is None else size) + data


def refused(content):
    with pytest.raises(UpdateRefused) as caught:
        archive.unpacked(zlib.compress(content))
    return caught.value.code


def test_files_come_back_as_they_were():
    assert archive.unpacked(archive.packed(FILES)) == FILES


def test_the_order_of_names_does_not_matter():
    assert archive.packed(dict(reversed(FILES.items()))) == archive.packed(FILES)


def test_zeros_after_it_are_passed_over_and_anything_else_is_refused():
    assert archive.unpacked(archive.packed(FILES) + bytes(500)) == FILES
    with pytest.raises(UpdateRefused):
        archive.unpacked(archive.packed(FILES) + b"\x00\x01")


@pytest.mark.parametrize("path", [b"../root.json", b"/etc/passwd", b"a//b", b"", b"\xff"])
def test_a_path_that_leads_elsewhere_is_refused(path):
    assert refused(entry(path, b"x")) == "loop_malformed"


@pytest.mark.parametrize(
    "content", [entry(b"a", b"x", size=2), b"\x00", entry(b"a", b"x") + b"\x00\x05a", b"\x00\x01a\x00"]
)
def test_what_is_cut_off_is_refused(content):
    assert refused(content) == "loop_malformed"


def test_a_file_twice_or_too_many_are_refused():
    assert refused(entry(b"a", b"1") + entry(b"a", b"2")) == "loop_malformed"
    assert refused(b"".join(entry(b"f%d" % n, b"") for n in range(caps.MOST_FILES + 1))) == "loop_malformed"


def test_a_bomb_is_refused_before_it_is_unpacked_whole():
    bomb = zlib.compress(bytes(caps.MOST_FILES_BYTES * 20))
    with pytest.raises(UpdateRefused):
        archive.unpacked(bomb)


@given(st.binary(max_size=200))
def test_any_bytes_are_files_or_a_refusal(data):
    for content in (data, zlib.compress(data)):
        try:
            archive.unpacked(content)
        except UpdateRefused as refusal:
            assert refusal.code == "loop_malformed"
