"""`checkpoint-scanner show-update` and `update --from-camera`: trust data from one device's screen to another's camera.

Uses no network. Left out: the window that shows (`scanner_app.loop.window`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from keys.client.store import DeviceStore
from keys.loop import files as loop_files
from keys.loop import keeping
from keys.loop.taking import Taking
from scanner_app.camera import open_camera
from scanner_app.cli_decode import ready_decoder
from scanner_app.live import LiveReader
from scanner_app.loop.facts import facts_of
from scanner_app.loop.options import ShowOptions
from scanner_app.loop.reading import read_loop


def update_from_camera(store: DeviceStore, source: str, root: bytes | None, *, reset_time: bool = False) -> bool:
    """Update the device of `store` from what a camera sees; False when it held that already.

    `source` is a camera's number, a video file or a folder of pictures; these are read once.
    Raises `ScannerError` and `KeysError` with what went wrong.
    """
    taking = Taking(store, root=root, clock=time.time, reset_time=reset_time)
    camera = open_camera(source, seconds_each=0.0, once=True)
    return read_loop(camera, LiveReader(ready_decoder()).read, taking, _teller())


def show_update(folder: Path, file: Path | None, options: ShowOptions, frames: Path | None, *, events: bool) -> int:
    """Show the loop of what the device in `folder` holds, or of `file`, in a window; or write its `frames`.

    Raises `KeysError` when there is no loop to show.
    """
    what = loop_files.loop_in(file) if file is not None else keeping.kept(DeviceStore(folder))
    if frames is not None:
        from scanner_app.loop.writing import write  # noqa: PLC0415  needs no window

        count = write(what.texts(), frames, options.rate)
        sys.stdout.write(f"{count} frames written to {frames}\n")
        return 0
    from scanner_app.loop.show import show  # noqa: PLC0415  loads Kivy

    return show(what, facts_of(what), options, events=events)


def _teller() -> Callable[[str], None]:
    """Progress on one line of a terminal, each on a line of its own anywhere else."""
    if sys.stderr.isatty():
        return lambda words: print(f"\r\x1b[K{words}", end="", file=sys.stderr, flush=True)
    return lambda words: print(words, file=sys.stderr, flush=True)
