import struct
import zlib

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from scanner_app.decoding import PictureError, pictures, read_picture
from scanner_app.decoding.pictures import load_grey
from tests.scanner_app.decoding.builders import A_TEXT, a_code
from vaccine_pass.errors import CheckpointError


@pytest.fixture
def saved(tmp_path):
    def save(picture, name="pass.png", **options):
        path = tmp_path / name
        picture.save(path, **options)
        return path

    return save


def a_picture(mode="L"):
    return Image.fromarray(a_code()).convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA"])
def test_a_png_of_any_colours_is_read(saved, mode):
    assert read_picture(saved(a_picture(mode))) == [A_TEXT]


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_a_jpeg_of_any_colours_is_read(saved, mode):
    assert read_picture(saved(a_picture(mode), "pass.jpg", quality=80)) == [A_TEXT]


def test_a_png_of_16_bits_is_read(saved):
    deep = Image.fromarray(a_code().astype(np.uint16) * 257)
    path = saved(deep)
    assert np.array_equal(load_grey(path), a_code())
    assert read_picture(path) == [A_TEXT]


def test_a_dim_png_of_16_bits_keeps_its_greys(saved):
    dim = Image.fromarray((a_code().astype(np.uint16) // 8 + 16) << 8)
    assert np.array_equal(load_grey(saved(dim)), a_code() // 8 + 16)


def test_black_on_nothing_is_black_on_white(saved):
    ink = np.zeros((*a_code().shape, 4), np.uint8)
    ink[:, :, 3] = 255 - a_code()
    assert read_picture(saved(Image.fromarray(ink))) == [A_TEXT]


def test_a_transparent_place_in_a_palette_is_white(saved):
    picture = Image.new("P", (4, 4), 0)
    picture.putpalette([0, 0, 0, 255, 0, 0])
    assert (load_grey(saved(picture, transparency=0)) == 255).all()


def test_a_photograph_lies_as_the_camera_was_held(saved):
    picture = Image.new("L", (40, 20), 255)
    picture.paste(0, (0, 0, 20, 20))
    turn = Image.Exif()
    turn[0x0112] = 6  # turned by a quarter to the right
    upright = load_grey(saved(picture, "turned.jpg", exif=turn))
    assert upright.shape == (40, 20)
    assert upright[:15].max() < 40 < upright[25:].min()


def test_a_file_that_is_not_there_is_refused_in_one_sentence(tmp_path):
    with pytest.raises(PictureError, match=r"nothing\.png cannot be read as a PNG or JPEG picture"):
        read_picture(tmp_path / "nothing.png")


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"VN1:ABC", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0"])
def test_a_file_that_is_no_picture_is_refused(tmp_path, content):
    path = tmp_path / "pass.png"
    path.write_bytes(content)
    with pytest.raises(PictureError) as refused:
        read_picture(path)
    assert refused.value.code == "unusable_picture"
    assert isinstance(refused.value, CheckpointError)


def test_a_picture_that_ends_too_early_is_refused(saved):
    path = saved(a_picture(), "pass.jpg")
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(PictureError):
        read_picture(path)


def test_a_picture_of_another_kind_is_refused(saved):
    with pytest.raises(PictureError):
        read_picture(saved(a_picture(), "pass.gif"))


def a_bomb(width, height):
    """A small PNG file that says it is `width` by `height` and would unpack to as much."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(10**6)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(8001, 8000), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_a_picture_that_would_unpack_to_too_much_is_refused_unopened(tmp_path, size):
    path = tmp_path / "bomb.png"
    path.write_bytes(a_bomb(*size))
    with pytest.raises(PictureError) as refused:
        read_picture(path)
    assert refused.value.code in {"picture_too_large", "unusable_picture"}


def test_a_file_of_too_many_bytes_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "MAX_FILE_BYTES", 100)
    path = tmp_path / "pass.png"
    path.write_bytes(bytes(101))
    with pytest.raises(PictureError) as refused:
        read_picture(path)
    assert refused.value.code == "picture_too_large"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
    kind=st.sampled_from(["png", "jpg"]),
)
def test_a_damaged_picture_is_read_or_refused(saved, changes, kind):
    path = saved(a_picture(), f"pass.{kind}")
    content = bytearray(path.read_bytes())
    for where, value in changes:
        content[int(where * (len(content) - 1))] = value
    path.write_bytes(content)
    try:
        assert read_picture(path) in ([], [A_TEXT])
    except PictureError as error:
        assert "\n" not in error.message.strip()
