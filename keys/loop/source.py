"""A loop's files as the source of an update: verified by TUF like those of a stick or a server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keys.client.sources import Missing


class LoopSource:
    """Files that a loop brought; see `keys.client.sources.Source`."""

    name = "the loop of codes"

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files

    def read(self, path: str, seconds: float) -> Iterator[bytes]:
        """The file's bytes; Missing when the loop does not have it."""
        if path not in self._files:
            raise Missing(path)
        yield self._files[path]
