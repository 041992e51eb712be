"""Sets Kivy up before its window is imported: its own home, no arguments, no surprises.

Must run before anything imports `kivy.core.window`. Left out: what the window shows.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from scanner_app.errors import ScannerError

SETTINGS: dict[tuple[str, str], str] = {
    # A software renderer without multisampling opens no window when asked for some.
    ("graphics", "multisamples"): "0",
    ("graphics", "minimum_width"): "320",
    ("graphics", "minimum_height"): "320",
    # An elbow on the keyboard must not end the shift; settings are not Kivy's.
    ("kivy", "exit_on_escape"): "0",
    ("kivy", "log_level"): "error",
    # No red dots after a right click.
    ("input", "mouse"): "mouse,disable_multitouch",
}


def prepare(size: tuple[int, int], *, fullscreen: bool = False) -> None:
    """Configure Kivy for a window of `size` pixels.

    Kivy's home is a folder of this run alone: nothing of a scan may stay on the device, and a
    configuration edited by hand must not change what an officer sees.
    """
    home = tempfile.mkdtemp(prefix="checkpoint-scanner-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ.update(
        KIVY_HOME=home,
        KIVY_NO_ARGS="1",
        KIVY_NO_FILELOG="1",
        KIVY_LOG_MODE="PYTHON",
        # Kivy's other providers end the process where there is no X server.
        KIVY_WINDOW="sdl2",
    )
    from kivy.config import Config  # noqa: PLC0415  Kivy reads the environment when it is imported

    for (section, option), value in SETTINGS.items():
        Config.set(section, option, value)
    # Touches come through the window; the probing of /dev/input only prints warnings.
    Config.remove_option("input", "%(name)s")
    Config.set("graphics", "width", str(size[0]))
    Config.set("graphics", "height", str(size[1]))
    Config.set("graphics", "fullscreen", "auto" if fullscreen else "0")


def screen_drivers(environment: Mapping[str, str], devices: Path = Path("/dev/dri")) -> str:
    """SDL's drivers for the screens that are here, comma-separated; empty when there is none.

    Left to itself SDL falls back to a screen in memory, and the scanner would run unseen.
    """
    if chosen := environment.get("SDL_VIDEODRIVER"):
        return chosen
    present = {
        "wayland": bool(environment.get("WAYLAND_DISPLAY")),
        "x11": bool(environment.get("DISPLAY")),
        "kmsdrm": any(devices.glob("card*")),
    }
    return ",".join(driver for driver, here in present.items() if here)


def open_window() -> None:
    """Open the window; `ScannerError` where there is no screen to open it on."""
    drivers = screen_drivers(os.environ)
    if drivers:
        os.environ["SDL_VIDEODRIVER"] = drivers
        from kivy.core.window import Window  # noqa: PLC0415  opens the window

        if Window is not None:
            return
    raise ScannerError(
        "there is no screen to open a window on; set DISPLAY, or use `checkpoint-scanner verify`",
        code="no_screen",
    )
