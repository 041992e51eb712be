"""Pages of long lists: a cursor says where the next one begins, so that a row is neither missed nor told twice.

A cursor is the number of the last row, written so that nobody takes it for a page's number. Left out: counting how
many there are; on a large register that would cost more than the page.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from verifier_server.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

MOST = 200
USUAL = 50
_LONGEST = 40


def cursor_of(number: int) -> str:
    """Return the cursor behind the row with this number."""
    return base64.urlsafe_b64encode(f"after:{number}".encode()).decode().rstrip("=")


def number_of(cursor: str | None) -> int | None:
    """Return the row's number that a cursor says.

    :raises ServerError: this server has not written it.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        number = int(text.removeprefix("after:"))
        if len(cursor) <= _LONGEST and 0 <= number < 1 << 62 and cursor_of(number) == cursor:
            return number
    except ValueError:
        pass  # said below, as for every other text that is no cursor
    raise ServerError("This cursor was not given out here; begin without one.", code="bad_cursor")


def paged(rows: Sequence[Any], limit: int, told: Sequence[Any]) -> dict[str, Any]:
    """Return one page: of ``rows``, one more than ``limit`` was read when there is a next one."""
    more = len(rows) > limit
    return {"items": list(told)[:limit], "next": cursor_of(rows[limit - 1].id) if more else None}
