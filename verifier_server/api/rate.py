"""How often one token may ask, counted in each worker's memory: a dictionary and no database on the way of a pass.

Each worker allows its share, the limit divided by the number of workers; so a token never gets more than the limit,
and somewhat less when the workers get unequal shares of its requests. The counters of `limits` read the machine's
clock; this one is handed the server's. Left out: other servers on the same register, which count for themselves; and
places without a token (`verifier_server.web.limits`).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from flask import current_app
from limits import parse

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from flask import Flask

    from verifier_server.config import ServerConfig

_NAME = "checkpoint-token-rate"


class TokenRate:
    """Counts of one worker, begun anew with each window.

    :param limit: requests of one token in a window, over all workers.
    :param seconds: how long a window is.
    :param workers: over how many workers the limit is shared.
    """

    def __init__(self, limit: int, seconds: int, workers: int) -> None:
        self._share, self._seconds = max(1, limit // max(1, workers)), seconds
        self._window, self._counts = 0, dict[int, int]()

    def seconds_to_wait(self, token: int, now: float) -> int:
        """Count a request; 0 when it may be answered, else after how many seconds the next window begins."""
        window = int(now // self._seconds)
        if window != self._window:
            self._window, self._counts = window, {}
        count = self._counts[token] = self._counts.get(token, 0) + 1
        if count <= self._share:
            return 0
        return max(1, math.ceil((window + 1) * self._seconds - now))


def provide(app: Flask, config: ServerConfig) -> None:
    """Hand the application its counter.

    :raises ServerError: the setting ``api_token_rate`` cannot be read.
    """
    try:
        chosen = parse(config.settings.api_token_rate)
    except ValueError as problem:
        raise ServerError(
            "api_token_rate in server.toml cannot be read: write it as '2400 per minute'.", code="bad_settings"
        ) from problem
    app.extensions[_NAME] = TokenRate(chosen.amount, chosen.get_expiry(), config.workers)


def token_rate() -> TokenRate:
    """Return the counter of the current application."""
    found: TokenRate = current_app.extensions[_NAME]
    return found
