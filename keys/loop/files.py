"""A loop in a file of its own, ``.loop``: to be shown by whoever has no channel's folder, or taken like a bundle."""

from __future__ import annotations

from pathlib import Path

from keys.client.sources import unreadable
from keys.loop import archive, belief, loop
from keys.loop import head as heads
from keys.loop.loop import Loop
from keys.loop.source import LoopSource

SUFFIX = ".loop"


def loop_in(path: Path) -> Loop:
    """The loop in a file, unverified.

    :raises UpdateRefused: ``update_unreadable``, or ``loop_malformed``.
    """
    try:
        with path.open("rb") as stream:
            return loop.from_bytes(stream.read(loop.MOST_FILE_BYTES + 1))
    except OSError as error:
        raise unreadable(str(path), error) from error


def source_in(path: Path) -> LoopSource:
    """A loop's file as the source of an update.

    :raises UpdateRefused: as `loop_in`.
    """
    what = loop_in(path)
    return LoopSource(belief.root_files(heads.from_bytes(what.head)) | archive.unpacked(what.body))
