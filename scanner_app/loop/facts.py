"""What a loop is, for the person who shows it: the date inside the signed data, and how much there is."""

from __future__ import annotations

import json
from dataclasses import dataclass

from keys.client.load import moment
from keys.loop import archive, loop
from keys.loop.loop import Loop


@dataclass(frozen=True, slots=True)
class Facts:
    """A loop's facts.

    :ivar signed_at: when the signers' keys in it were signed, Unix seconds; None when they do not say.
    :ivar ends_at: from when on no scanner takes it any more, as its timestamp says.
    :ivar release: the version of its timestamp. ``is_demo``: one holder signs for every role.
    """

    signed_at: float | None
    ends_at: float | None
    release: int
    is_demo: bool
    blocks: int


def facts_of(what: Loop) -> Facts:
    """The facts of a loop.

    Raises `UpdateRefused` when it is damaged.
    """
    told = loop.manifest_of(what)
    files = archive.unpacked(what.body)
    keys, timestamp = _signed(files, ".keys.json"), _signed(files, "/timestamp.json")
    return Facts(
        moment(keys.get("signed_at")),
        moment(timestamp.get("expires")),
        told.release,
        keys.get("demo") is True,
        told.data_blocks,
    )


def _signed(files: dict[str, bytes], ending: str) -> dict[str, object]:
    path = next((path for path in files if path.startswith("metadata/") and path.endswith(ending)), None)
    try:
        said = json.loads(files[path])["signed"] if path else {}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}
