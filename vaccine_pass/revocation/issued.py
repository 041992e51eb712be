"""How many serials of each block were handed out, as a threshold of holders says: what the cap counts from.

JSON, because people sign it: it stands in the proposal that each holder reads.  Left out: the cap
itself (`cap`), and counting (the register).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from vaccine_pass.errors import PassError
from vaccine_pass.revocation.faults import CODE
from vaccine_pass.revocation.moments import seconds_of, text_of
from vaccine_pass.revocation.serial_list import MAX_SECONDS
from vaccine_pass.serials import BLOCK_BITS, FIRST_BLOCK, LAST_BLOCK

FORMAT = "checkpoint-issued/1"
MAX_BYTES = 200_000
_MEMBERS = {"format", "at", "blocks"}
_BLOCK = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Issued:
    """What was handed out.

    :ivar at: when it was counted, whole Unix seconds.
    :ivar blocks: block → how many of its serials were handed out, 1 to 2**20; a block that is not here gave none.
    """

    at: int
    blocks: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """All serials handed out."""
        return sum(self.blocks.values())


def dumps(issued: Issued) -> str:
    """Return the JSON text, ending in a new line; the same counts always give the same text.

    :raises ValueError: for a block, a count or a time out of range.
    """
    if not 0 <= issued.at <= MAX_SECONDS or not all(_is_count(*pair) for pair in issued.blocks.items()):
        raise ValueError(f"issued at {issued.at}: {dict(issued.blocks)}"[:200])
    blocks = {str(block): issued.blocks[block] for block in sorted(issued.blocks)}
    return json.dumps({"format": FORMAT, "at": text_of(issued.at), "blocks": blocks}) + "\n"


def loads(text: str | bytes) -> Issued:
    """Read the counts.

    :raises PassError: naming the member that is wrong.
    """
    if len(text) > MAX_BYTES:
        raise _bad(f"they are longer than {MAX_BYTES} bytes")
    try:
        document = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise _bad("they are no JSON, or say something twice") from error
    if not isinstance(document, Mapping) or document.get("format") != FORMAT or set(document) != _MEMBERS:
        raise _bad(f'they do not say "format": "{FORMAT}" with at and blocks')
    at = seconds_of(document["at"])
    if at is None:
        raise _bad("at is no time such as 2021-07-30T00:00:00Z")
    return Issued(at, _blocks(document["blocks"]))


def _blocks(counts: object) -> dict[int, int]:
    if not isinstance(counts, dict):
        raise _bad("blocks is no object")
    for name, count in counts.items():
        if not _BLOCK.fullmatch(name) or type(count) is not int or not _is_count(int(name), count):
            raise _bad(
                f"{name!r:.20} is no block from {FIRST_BLOCK} to {LAST_BLOCK} with 1 to {1 << BLOCK_BITS} serials"
            )
    return {int(name): count for name, count in counts.items()}


def _is_count(block: int, count: int) -> bool:
    return FIRST_BLOCK <= block <= LAST_BLOCK and 1 <= count <= 1 << BLOCK_BITS


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _bad(what: str) -> PassError:
    return PassError(f"The counts of issued passes cannot be used: {what}.", code=CODE)
