"""Sets Kivy up before its window is imported: its own home, no arguments, no surprises.

Must run before anything imports `kivy.core.window`. Left out: what the window shows.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

SETTINGS: dict[tuple[str, str], str] = {
    # A software renderer without multisampling opens no window when asked for some.
    ("graphics", "multisamples"): "0",
    ("graphics", "minimum_width"): "320",
    ("graphics", "minimum_height"): "320",
    # An elbow on the keyboard must not end the shift; settings are not Kivy's.
    ("kivy", "exit_on_escape"): "0",
    ("kivy", "log_level"): "warning",
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
        KIVY_HOME=home, KIVY_NO_ARGS="1", KIVY_NO_FILELOG="1", KIVY_LOG_MODE="PYTHON"
    )
    from kivy.config import Config  # noqa: PLC0415  Kivy reads the environment when it is imported

    for (section, option), value in SETTINGS.items():
        Config.set(section, option, value)
    # Touches come through the window; the probing of /dev/input only prints warnings.
    Config.remove_option("input", "%(name)s")
    Config.set("graphics", "width", str(size[0]))
    Config.set("graphics", "height", str(size[1]))
    Config.set("graphics", "fullscreen", "auto" if fullscreen else "0")


def has_screen() -> bool:
    """Open the window; False where there is no screen to open it on."""
    from kivy.core.window import Window  # noqa: PLC0415  opens the window

    return Window is not None
