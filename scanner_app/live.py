"""Reading a live camera: the quick engine looks at every frame, the slow one now and then.

Measured on frames of 1280x720 without a code: zxing-cpp takes about 24 ms with all its looks; zbar
26 ms with one and 95 with two, so here it takes one. A decoder that is still busy with the last
empty frame when a code comes into view costs the officer that time. Pictures from files are read by
every engine (`decoding.Decoder`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from scanner_app.decoding import Decoder
from scanner_app.decoding.looks import plain
from scanner_app.pipeline import Grey

SHARE = 0.1
"""The slow engines get about this share of the time."""


class LiveReader:
    """All QR texts of one frame after another.

    Args:
        decoder: its first engine is the quick one.
        clock: monotonic seconds.
    """

    def __init__(self, decoder: Decoder, clock: Callable[[], float] = time.monotonic) -> None:
        first, *others = decoder.engines
        self._quick = Decoder([first])
        self._slow = Decoder(others, [plain]) if others else None
        self._clock = clock
        self._slow_again_at = clock()

    def read(self, grey: Grey) -> list[str]:
        """The texts in `grey`; the slow engines look only when their turn has come."""
        texts = self._quick.read(grey)
        if texts or self._slow is None or self._clock() < self._slow_again_at:
            return texts
        begun = self._clock()
        texts = self._slow.read(grey)
        ended = self._clock()
        self._slow_again_at = ended + (ended - begun) * (1 / SHARE - 1)
        return texts
