"""The minutes' Markdown as plain blocks for a page: headings, lists and paragraphs.

Only what `keys.channel.minutes` writes is known; everything else stays text. The text is never
taken for HTML: the template escapes it.
"""

from __future__ import annotations

import re
from datetime import datetime

_PUBLISHED = re.compile(r"^Published: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) *$", re.MULTILINE)
_HEADING = re.compile(r"(#{1,3}) (.*)")
_MARKS = re.compile(r"\*\*|`")

Block = tuple[str, str | list[str]]


def published_at(text: str) -> int | None:
    """When the release went out (Unix seconds); None when the minutes do not say it."""
    said = _PUBLISHED.search(text)
    try:
        return int(datetime.fromisoformat(said[1]).timestamp()) if said else None
    except ValueError:  # a day that no month has
        return None


def blocks(text: str) -> list[Block]:
    """The blocks in their order: ``h1`` to ``h3`` and ``p`` with a text, ``items`` with a list of texts."""
    found: list[Block] = []
    for line in text.splitlines():
        heading, last = _HEADING.fullmatch(line), found[-1] if found else ("", "")
        if heading:
            found.append((f"h{len(heading[1])}", _plain(heading[2])))
        elif line.startswith("- "):
            _items(found).append(_plain(line[2:]))
        elif line.startswith("  ") and isinstance(last[1], list):
            last[1][-1] = f"{last[1][-1]} {_plain(line)}"
        elif line.strip():
            found.append(("p", _plain(line)))
    return found


def _items(found: list[Block]) -> list[str]:
    if found and isinstance(found[-1][1], list):
        return found[-1][1]
    items: list[str] = []
    found.append(("items", items))
    return items


def _plain(text: str) -> str:
    return _MARKS.sub("", text).strip()
