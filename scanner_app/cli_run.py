"""`checkpoint-scanner run`: puts the window together and runs it until it is closed."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from scanner_app import window
from scanner_app.camera import open_camera
from scanner_app.cli_decode import ready_decoder
from scanner_app.events import EventLog
from scanner_app.following import Follower
from scanner_app.lane import Lane
from scanner_app.live import LiveReader
from scanner_app.loop.beside import LoopReader
from scanner_app.notices import Notices
from scanner_app.pipeline import Pipeline
from scanner_app.trustfile import verifier_for

if TYPE_CHECKING:
    from keys.client.store import DeviceStore
    from scanner_app.app import Companion, ScannerApp
    from scanner_app.device import DeviceTrust
    from scanner_app.options import Options


def run(options: Options, device: DeviceTrust, store: DeviceStore | None, *, events: bool) -> int:
    """Open the window on `options.source`; 0 when it was closed in the usual way.

    `store` is the device's folder, whose updates are followed; None for a plain trust file.
    Raises `ScannerError` where there is no screen.
    """
    log_our_errors()
    verifier = verifier_for(device.trust, device.clock)
    reader = LiveReader(ready_decoder())
    window.prepare(options.size, fullscreen=options.fullscreen)
    window.open_window()
    from scanner_app.app import ScannerApp  # noqa: PLC0415  after window.prepare

    app = ScannerApp(
        options,
        Lane(verifier.judge),
        Notices(device.trust, options.language, options.post, is_demo=device.is_demo, is_damaged=bool(device.note)),
        EventLog(sys.stdout if events else None),
        device.now,
    )
    camera = open_camera(options.source, seconds_each=options.seconds_each, once=options.once)
    app.pipeline = Pipeline(camera, reader.read, app.wake)
    app.companions = _companions(options, device, store, app)
    app.run()
    return 0


def _companions(options: Options, device: DeviceTrust, store: DeviceStore | None, app: ScannerApp) -> list[Companion]:
    """What runs beside the window, and ends with it."""
    if store is None:
        return []
    app.follower = Follower(store, device.set_name, app.wake_for_trust)
    app.loops = LoopReader(store)
    if not options.update_every:
        return [app.follower, app.loops]
    from scanner_app.updating import Updater  # noqa: PLC0415  loads a network and TUF

    return [app.follower, app.loops, Updater(store, options.update_every)]


def log_our_errors() -> None:
    """One line for each fault of ours; Kivy's start-up and its tracebacks are not for an officer."""
    handler = logging.StreamHandler()
    handler.setLevel(logging.ERROR)
    handler.addFilter(logging.Filter("scanner_app"))
    logging.basicConfig(format="checkpoint-scanner: %(message)s", handlers=[handler])
