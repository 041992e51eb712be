"""Puts a loop together from whatever a camera reads: in any order, with frames lost, doubled, foreign or forged.

The plan: 1. a head's blocks prove by their path that they belong to their loop's id; 2. enough of them give the
head, and its manifest is believed or the loop is refused (`keys.loop.belief`); 3. a body's block counts when its
hash is the manifest's; 4. any ``data_blocks`` of them give the files. What is held is bounded by `keys.loop.caps`
whatever is shown. Nothing here makes the files trusted: that is the update's (`keys.client.update`).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict, deque
from dataclasses import dataclass

from keys.client.errors import UpdateRefused
from keys.loop import archive, belief, caps, erasure, frames
from keys.loop import head as heads
from keys.loop.frames import Frame
from keys.loop.loop import Loop
from keys.loop.manifest import Manifest, malformed


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the loop that is ahead has come.

    :ivar blocks: blocks there, ``of`` so many that are needed; of the manifest as long as ``is_manifest``.
    """

    is_manifest: bool
    blocks: int
    of: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A loop that is there as a whole: its id, its manifest, its files by path, and itself to be shown on."""

    loop_id: bytes
    manifest: Manifest
    files: dict[str, bytes]
    loop: Loop


class Assembly:
    """The loops that one camera sees.

    :param trusted_root: the newest root that the device has verified, or the pinned one.
    :ivar refusals: why loops were refused, the newest last; each once.
    """

    def __init__(self, trusted_root: bytes) -> None:
        self._trusted_root = trusted_root
        self._candidates: OrderedDict[bytes, _Candidate] = OrderedDict()
        self._refused: deque[bytes] = deque(maxlen=caps.MOST_REFUSED)
        self.refusals: deque[UpdateRefused] = deque(maxlen=caps.MOST_CANDIDATES)
        self._early: deque[Frame] = deque(maxlen=caps.MOST_EARLY)
        self.whole: Whole | None = None

    def take(self, text: str) -> bool:
        """Take a text in; True when it was news of a loop. Afterwards ``whole`` may be there."""
        frame = frames.read(text)
        if frame is None or frame.loop in self._refused:
            return False
        candidate = self._candidates.get(frame.loop)
        if candidate is None:
            if not frame.is_head:
                self._early.append(frame)
                return False
            candidate = self._begun(frame)
        try:
            news = candidate.take(frame, self._trusted_root)
            if candidate.is_whole:
                self.whole = candidate.put_together(frame.loop)
        except UpdateRefused as refusal:
            self.refuse(frame.loop, refusal)
            return False
        if news:
            self._candidates.move_to_end(frame.loop)
        return news

    def refuse(self, loop_id: bytes, refusal: UpdateRefused) -> None:
        """Pass a loop over from now on, and go on with the others."""
        self._candidates.pop(loop_id, None)
        self._refused.append(loop_id)
        self.refusals.append(refusal)
        self.whole = None

    @property
    def progress(self) -> Progress | None:
        """Of the loop that is ahead; None before the first frame."""
        return max((each.progress for each in self._candidates.values()), key=_advance, default=None)

    @property
    def manifests(self) -> list[tuple[bytes, Manifest]]:
        """The manifests that are believed, with their loops' ids."""
        return [(loop_id, each.manifest) for loop_id, each in self._candidates.items() if each.manifest]

    def _begun(self, frame: Frame) -> _Candidate:
        """Follow one loop more; the one that is least far, and longest without news, makes room for it."""
        if len(self._candidates) >= caps.MOST_CANDIDATES:
            least = min(self._candidates, key=lambda loop_id: self._candidates[loop_id].blocks_held)
            del self._candidates[least]
        self._candidates[frame.loop] = begun = _Candidate(frame)
        for early in self._early:
            if early.loop == frame.loop:
                begun.take(early, self._trusted_root)
        return begun


class _Candidate:
    """One loop, as far as it is there."""

    def __init__(self, first: Frame) -> None:
        self._form = (first.data_blocks, first.blocks, len(first.block))
        self._head_blocks: dict[int, bytes] = {}
        self._head = b""
        self._body_blocks: dict[int, bytes] = {}
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=caps.MOST_WAITING)
        self.manifest: Manifest | None = None

    @property
    def blocks_held(self) -> int:
        return self._form[0] + len(self._body_blocks) if self.manifest else len(self._head_blocks)

    @property
    def is_whole(self) -> bool:
        return self.manifest is not None and len(self._body_blocks) >= self.manifest.data_blocks

    @property
    def progress(self) -> Progress:
        if self.manifest is None:
            return Progress(is_manifest=True, blocks=len(self._head_blocks), of=self._form[0])
        return Progress(is_manifest=False, blocks=len(self._body_blocks), of=self.manifest.data_blocks)

    def take(self, frame: Frame, trusted_root: bytes) -> bool:
        if frame.is_head:
            return self.manifest is None and self._take_head(frame, trusted_root)
        if self.manifest is None:
            return self._wait(frame)
        return self._take_body(self.manifest, frame.number, frame.block)

    def put_together(self, loop_id: bytes) -> Whole:
        if self.manifest is None:
            raise ValueError(loop_id)
        told = self.manifest
        body = b"".join(erasure.rebuilt(told.data_blocks, self._body_blocks))[: told.length]
        if hashlib.sha256(body).digest() != told.sha256:
            raise malformed("its blocks do not make the body that its manifest names")
        files = belief.root_files(heads.from_bytes(self._head)) | archive.unpacked(body)
        return Whole(loop_id, told, files, Loop(self._head, body))

    def _take_head(self, frame: Frame, trusted_root: bytes) -> bool:
        if (frame.data_blocks, frame.blocks, len(frame.block)) != self._form or frame.number in self._head_blocks:
            return False
        self._head_blocks[frame.number] = frame.block
        if len(self._head_blocks) >= frame.data_blocks:
            packed = b"".join(erasure.rebuilt(frame.data_blocks, self._head_blocks))
            self.manifest = belief.believed(heads.from_bytes(packed), trusted_root)
            # With the zeros that fill its last block, so that it has the same blocks and id when shown on.
            self._head, self._head_blocks = packed, {}
            self._take_waiting(self.manifest)
        return True

    def _wait(self, frame: Frame) -> bool:
        if (frame.number, frame.block) in self._waiting:
            return False
        self._waiting.append((frame.number, frame.block))
        return True

    def _take_waiting(self, told: Manifest) -> None:
        while self._waiting:
            self._take_body(told, *self._waiting.popleft())

    def _take_body(self, told: Manifest, number: int, block: bytes) -> bool:
        if number in self._body_blocks or self.is_whole or not told.has(number, block):
            return False
        self._body_blocks[number] = block
        return True


def _advance(progress: Progress) -> tuple[bool, float]:
    return not progress.is_manifest, progress.blocks / progress.of
