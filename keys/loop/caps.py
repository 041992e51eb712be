"""The fixed numbers that bound what a reader of a loop holds, whatever is shown to it.

Each is tested. What is kept is at most `MOST_CANDIDATES` loops at once, each of one head and one body.
"""

from __future__ import annotations

ID_BYTES = 16
"""Of a loop: the root of the hash tree over its head's blocks."""
HASH_BYTES = 16
"""Of a block: SHA-256 cut to so much. A second block for one hash costs 2**128 tries."""
MOST_BLOCK_BYTES = 1024
MOST_BLOCKS = 255
"""Of a body or a head, repair blocks among them: what one byte can number, and the code's field holds."""
MOST_HEAD_BLOCKS = 128
"""Data blocks of a head: more than a hundred changes of the root."""
MOST_ROOTS = 256
"""What a reader takes; a publisher carries the last `CARRIED_ROOTS`, so that a loop can be made in any year."""
CARRIED_ROOTS = 52
"""A year of weekly changes; devices further behind, or pinned to an older root, need a stick or a server."""
MOST_ROOT_BYTES = 2 * 1024 * 1024
"""All roots of a chain together, unpacked."""
MOST_FILES = 512
MOST_FILES_BYTES = 2 * 1024 * 1024
"""All files of an update together, unpacked."""
MOST_CANDIDATES = 4
"""Loops that are followed at once: the real one, and others that are shown beside it by mistake or malice."""
MOST_REFUSED = 64
"""Loops found forged that are remembered, so that their frames are passed over."""
MOST_WAITING = 64
"""Blocks of a body that are held before the manifest that can judge them is there."""
MOST_EARLY = 16
"""Blocks of a body that are held before any block of a head."""
