"""Lets python-tuf's client read from a source, within a budget of time and bytes for the whole update.

python-tuf bounds each file's size; what it leaves open is a source that gives little, slowly, for ever, and
many files that are each small enough.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tuf.api.exceptions import DownloadHTTPError, DownloadLengthMismatchError
from tuf.ngclient import FetcherInterface

from keys.client import kinds
from keys.client.errors import UpdateRefused
from keys.client.sources import Missing, Source

BASE = "trust:/"
_NOT_FOUND = 404


class Budget:
    """What one update may cost.

    :param seconds: from now on, for everything.
    :param most: bytes, for everything.
    """

    def __init__(
        self,
        seconds: float = kinds.MOST_UPDATE_SECONDS,
        most: int = kinds.MOST_UPDATE_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._end = monotonic() + seconds
        self._left = most

    def spend(self, size: int, name: str) -> None:
        """Take ``size`` bytes off; UpdateRefused when the time or the bytes are used up."""
        self._left -= size
        if self._left < 0:
            raise UpdateRefused(f"{name} gives more than an update may have; it was given up.", code="update_too_large")
        if self.seconds_left <= 0:
            raise UpdateRefused(
                f"{name} is too slow; the update was given up. Try again later.", code="update_too_slow"
            )

    @property
    def seconds_left(self) -> float:
        """Seconds until the update is given up; may be negative."""
        return self._end - self._monotonic()


class SourceFetcher(FetcherInterface):
    """python-tuf's door to a source.

    :param folder: where a file is held until it is verified: the device's own storage, not the system's.
    :ivar last: the path that was asked for last: what a failed verification is about.
    :ivar requests: number of files asked for; ``received`` their bytes.
    """

    def __init__(self, source: Source, budget: Budget, folder: Path) -> None:
        self._source = source
        self._budget = budget
        self._folder = folder
        self.last = ""
        self.requests = 0
        self.received = 0

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """As python-tuf's own, but in our folder: the system's may be small, or in memory."""
        with tempfile.TemporaryFile(dir=self._folder) as file:
            size = 0
            for piece in self.fetch(url):
                size += len(piece)
                if size > max_length:
                    raise DownloadLengthMismatchError(f"{url} has more than {max_length} bytes")
                file.write(piece)
            file.seek(0)
            yield file

    def _fetch(self, url: str) -> Iterator[bytes]:
        """The file's pieces; a file that is not there is python-tuf's "404"."""
        path = url.removeprefix(BASE)
        self.last = path
        self.requests += 1
        if not kinds.is_safe_path(path):
            raise UpdateRefused(f"The update names the file {path[:80]!r}, which is no plain name.", code="bad_path")
        try:
            for piece in self._source.read(path, self._budget.seconds_left):
                self.received += len(piece)
                self._budget.spend(len(piece), self._source.name)
                yield piece
        except Missing as error:
            raise DownloadHTTPError(f"{path} is not there", _NOT_FOUND) from error
