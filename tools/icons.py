"""The icons of the health book for a phone's home screen, drawn anew: `python -m tools.icons`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

import verifier_server
from verifier_server.drawing.mark import icon, maskable

FOLDER = Path(verifier_server.__file__).parent / "static" / "icons"
FILES: dict[str, tuple[Callable[[int], Image.Image], int]] = {
    "icon-192.png": (icon, 192),
    "icon-512.png": (icon, 512),
    "maskable-192.png": (maskable, 192),
    "maskable-512.png": (maskable, 512),
    "touch-180.png": (maskable, 180),
}


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(exist_ok=True)
    for name, (drawn, side) in FILES.items():
        drawn(side).save(FOLDER / name, optimize=True)


if __name__ == "__main__":
    main()
