"""Pictures that strangers send: bounded before they are unpacked, and never kept as they came.

Only JPEG, PNG and WebP are opened, by Pillow's decoders for just these; the size in the file's head is looked at before
any pixel is made. HEIC is recognised, to say what to do: phones turn it into JPEG for a page that asks for JPEG,
but not a file that was moved to a computer first.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

from verifier_server.errors import FieldError

if TYPE_CHECKING:
    from werkzeug.datastructures import FileStorage

FORMATS = ("JPEG", "PNG", "WEBP")
ACCEPTED = "image/jpeg,image/png,image/webp"
MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 50_000_000
_SIDE = 2_400
# ISO/IEC 14496-12 and 23008-12: what a HEIF file names as its brand, after its length and "ftyp".
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
# What Pillow's decoders raise for files made to break them.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, OverflowError, MemoryError)


def sent(file: FileStorage | None) -> bytes | None:
    """Return the bytes of a form's file, or None when none was chosen.

    :raises FieldError: ``picture_too_large``.
    """
    if file is None or not file.filename:
        return None
    data = file.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FieldError("picture", "The picture is larger than 8 MB.", code="picture_too_large")
    return data or None


def opened(data: bytes, side: int = _SIDE) -> Image.Image:
    """Return the picture, upright, in RGB, and no side longer than ``side``.

    :raises FieldError: ``picture_heic``, or ``bad_picture``: no picture of these formats, damaged, or of far too
        many pixels.
    """
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        raise FieldError(
            "picture",
            "This picture is HEIC. Take a screenshot of it and send that, or save it as JPEG.",
            code="picture_heic",
        )
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _bad()
            picture.draft("RGB", (side, side))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((side, side))
            return upright.convert("RGB")
    except (*_BROKEN, Image.DecompressionBombError) as problem:
        raise _bad() from problem


def remade(data: bytes, side: int = 1_600) -> bytes:
    """Return the picture anew as JPEG, from its pixels only: no place, no camera, nothing hidden in the file.

    :raises FieldError: ``bad_picture``.
    """
    made = io.BytesIO()
    opened(data, side).save(made, "JPEG", quality=80)
    return made.getvalue()


def _bad() -> FieldError:
    return FieldError("picture", "This is no JPEG, PNG or WebP picture, or it is damaged.", code="bad_picture")
