"""`checkpoint-scanner run`: puts the window together and runs it until it is closed."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from scanner_app import window
from scanner_app.camera import open_camera
from scanner_app.cli_decode import ready_decoder
from scanner_app.events import EventLog
from scanner_app.lane import Lane
from scanner_app.live import LiveReader
from scanner_app.notices import Notices
from scanner_app.pipeline import Pipeline
from scanner_app.trustfile import verifier_for

if TYPE_CHECKING:
    from scanner_app.device import DeviceTrust
    from scanner_app.options import Options


def run(options: Options, device: DeviceTrust, *, events: bool) -> int:
    """Open the window on `options.source`; 0 when it was closed in the usual way.

    Raises `ScannerError` where there is no screen.
    """
    _log_our_errors()
    verifier = verifier_for(device.trust)
    reader = LiveReader(ready_decoder())
    window.prepare(options.size, fullscreen=options.fullscreen)
    window.open_window()
    from scanner_app.app import ScannerApp  # noqa: PLC0415  after window.prepare

    app = ScannerApp(
        options,
        Lane(verifier.judge),
        Notices(device.trust, options.language, options.post, is_demo=device.is_demo),
        EventLog(sys.stdout if events else None),
        device.now,
    )
    camera = open_camera(options.source, seconds_each=options.seconds_each, once=options.once)
    app.pipeline = Pipeline(camera, reader.read, app.wake)
    app.run()
    return 0


def _log_our_errors() -> None:
    """One line for each fault of ours; Kivy's start-up and its tracebacks are not for an officer."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    handler.addFilter(logging.Filter("scanner_app"))
    logging.basicConfig(format="checkpoint-scanner: %(message)s", handlers=[handler])
