"""A picture file (PNG, JPEG) made into one grey frame, whatever its colours, depth or orientation.

Leaves out how the frame is decoded. A file comes from anybody: its size is bounded before a pixel
of it is unpacked.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from scanner_app.decoding.decoder import Decoder
from vaccine_pass.errors import CheckpointError

MAX_FILE_BYTES = 64 * 1024 * 1024
MAX_PICTURE_PIXELS = 64_000_000
_FORMATS = ("PNG", "JPEG")


class PictureError(CheckpointError):
    """A file that cannot be used as a picture: not there, not a picture, too large, or damaged."""

    code = "unusable_picture"


def read_picture(path: str | Path, decoder: Decoder | None = None) -> list[str]:
    """The texts of all codes in the PNG or JPEG at `path`, in reading order.

    :raises PictureError: the file cannot be read as a picture, or is too large.
    """
    return (decoder or Decoder()).read(load_grey(path))


def load_grey(path: str | Path) -> np.ndarray:
    """The picture at `path` as a grey uint8 frame, upright, with its transparent parts white.

    :raises PictureError: the file cannot be read as a picture, or is too large.
    """
    path = Path(path)
    try:
        return _load(path)
    except PictureError:
        raise
    except Exception as error:  # whatever Pillow's parsers run into on a hostile file
        raise PictureError(f"{path.name} cannot be read as a PNG or JPEG picture: {error}", file=str(path)) from error


def _load(path: Path) -> np.ndarray:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise _too_large(path)
    with warnings.catch_warnings():
        # Pillow warns where it suspects a decompression bomb; the size is judged right here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path, formats=_FORMATS) as picture:
            if picture.width * picture.height > MAX_PICTURE_PIXELS:
                raise _too_large(path)
            return _grey(ImageOps.exif_transpose(picture))


def _grey(picture: Image.Image) -> np.ndarray:
    if picture.mode.startswith("I"):
        # 16 bits a pixel: the high byte. Pillow's own conversion would clip at 255.
        return (np.asarray(picture) >> 8).clip(0, 255).astype(np.uint8)
    if picture.has_transparency_data:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA"))
    return np.asarray(picture.convert("L"))


def _too_large(path: Path) -> PictureError:
    return PictureError(
        f"{path.name} is larger than {MAX_PICTURE_PIXELS // 1_000_000} megapixels"
        f" or {MAX_FILE_BYTES // 1024 // 1024} MB; use a smaller picture",
        code="picture_too_large",
        file=str(path),
    )
