"""How `checkpoint-scanner show-update` is called. Loads neither Kivy nor OpenCV until it runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from scanner_app.loop.options import USUAL_RATE, ShowOptions, checked_rate
from scanner_app.options import size_of


def add(command: argparse.ArgumentParser) -> None:
    """Add the options of `show-update` but the device's folder."""
    command.set_defaults(command=_show_update)
    command.add_argument(
        "--from",
        dest="file",
        type=Path,
        metavar="FILE.loop",
        help="a publisher's loop (default: what this device holds)",
    )
    command.add_argument(
        "--rate", type=float, default=USUAL_RATE, metavar="N", help="codes a second (default: %(default)g)"
    )
    command.add_argument(
        "--frames",
        type=Path,
        metavar="DIR|FILE",
        help="open no window: write one round to a folder, .gif, .avi or .mp4",
    )
    command.add_argument("--lang", choices=("vi", "en"), default="vi", help="language to begin with")
    command.add_argument("--size", default="480x800", metavar="WxH", help="window in pixels")
    command.add_argument("--fullscreen", action="store_true", help="use the whole screen")
    command.add_argument("--events", action="store_true", help="print what happens as JSON lines")


def _show_update(options: argparse.Namespace) -> int:
    from scanner_app.cli_loop import show_update  # noqa: PLC0415  loads OpenCV

    settings = ShowOptions(checked_rate(options.rate), options.lang, size_of(options.size), options.fullscreen)
    return show_update(options.trust, options.file, settings, options.frames, events=options.events)
