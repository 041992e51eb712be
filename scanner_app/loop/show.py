"""Opens the window that shows a loop, and runs it until it is closed."""

from __future__ import annotations

import sys

from keys.loop.loop import Loop
from scanner_app import window
from scanner_app.cli_run import log_our_errors
from scanner_app.events import EventLog
from scanner_app.loop.facts import Facts
from scanner_app.loop.options import ShowOptions


def show(what: Loop, facts: Facts, options: ShowOptions, *, events: bool) -> int:
    """Show a loop; 0 when the window was closed.

    Raises `ScannerError` where there is no screen.
    """
    log_our_errors()
    texts = what.texts()
    window.prepare(options.size, fullscreen=options.fullscreen)
    window.open_window()
    from scanner_app.loop.app import LoopApp  # noqa: PLC0415  after window.prepare

    LoopApp(texts, facts, options, EventLog(sys.stdout if events else None)).run()
    return 0
