"""The looks at a frame: what is done to it before an engine searches it once more.

Each look is a plain function from a grey frame to a frame and the factor by which that is larger.
Which of them are used, and when one stops, is `decoder`'s part.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

# A search costs time in proportion to the pixels, but to the square of the finder patterns, and a
# hostile picture can be full of them: 30 s at 12 megapixels. These bounds hold it to a few seconds;
# the second is a full-HD frame at twice its size.
MAX_PIXELS = 4_200_000
MAX_ENLARGED = 8_400_000
MAX_SIDE = 32_767  # zxing-cpp takes no side above 65,535

Look = Callable[[np.ndarray], tuple[np.ndarray, float]]


def plain(frame: np.ndarray) -> tuple[np.ndarray, float]:
    """The frame as it is, reduced only when it is larger than `MAX_PIXELS`."""
    return resized(frame, min(1.0, _room(frame, MAX_PIXELS)), cv2.INTER_AREA)


def enlarged(frame: np.ndarray) -> tuple[np.ndarray, float]:
    """The frame at twice its size: finds small codes and, by smoothing, noisy ones.

    A large frame is taken at as much as `MAX_ENLARGED` allows: more than `plain` made of it.
    """
    factor = min(2.0, _room(frame, MAX_ENLARGED))
    return resized(frame, factor, cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)


def sharpened(frame: np.ndarray) -> tuple[np.ndarray, float]:
    """The frame with its edges steeper, then enlarged: finds blurred and moved codes.

    An unsharp mask over 7 pixels before enlarging finds as many as a Gaussian one of three pixels
    after it, in half the time.
    """
    small, reduced = plain(frame)
    soft = cv2.boxFilter(small, -1, (7, 7))
    sharp = cv2.addWeighted(small, 2.5, soft, -1.5, 0)
    large, factor = resized(sharp, min(2.0, _room(small, MAX_ENLARGED)), cv2.INTER_LINEAR)
    return large, reduced * factor


def inverted(frame: np.ndarray) -> tuple[np.ndarray, float]:
    """The frame as its negative: finds light codes on a dark ground (a wallet in dark mode)."""
    small, factor = plain(frame)
    return cv2.bitwise_not(small), factor


def resized(frame: np.ndarray, factor: float, how: int) -> tuple[np.ndarray, float]:
    """The frame `factor` times as wide and high, by OpenCV's interpolation `how`."""
    if factor == 1:
        return frame, 1.0
    height, width = (max(1, round(side * factor)) for side in frame.shape)
    return cv2.resize(frame, (width, height), interpolation=how), factor


def _room(frame: np.ndarray, pixels: int) -> float:
    """By how much `frame` may be enlarged to have `pixels`; below 1, by how much it must shrink."""
    return min((pixels / frame.size) ** 0.5, MAX_SIDE / max(frame.shape))
