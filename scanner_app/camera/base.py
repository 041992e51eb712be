"""What the pipeline asks of a camera.

Left out: threads, waiting and retries. A camera never sleeps; it says how long a shot stays
current and the capture thread waits, so that stopping is always immediate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
"""Height x width x 3, blue-green-red, as OpenCV gives it."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture and the seconds until the source has the next one (0: `read` itself waits)."""

    picture: Picture
    hold: float = 0.0


class Camera(Protocol):
    """A source of frames. `open` and `read` raise `CameraError` with a sentence when they fail."""

    @property
    def name(self) -> str:
        """What the officer calls it: "camera 0", a file's name."""
        ...

    def open(self) -> None:
        """Take hold of the source; calling it again after a failure tries again."""
        ...

    def read(self) -> Shot | None:
        """The next shot, or None when a file has come to its end."""
        ...

    def close(self) -> None:
        """Let go of the source; harmless when it is not open."""
        ...
